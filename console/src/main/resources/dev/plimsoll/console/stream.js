'use strict';
// One stream for all tabs of this page in a browser, which opens six connections to a host and no more. The tab that holds the lock
// leads: it has the stream and passes on what comes. When it goes, the lock is the next one's, which asks the process for what came
// after the last entry that it knows. Where a browser has no locks or channels, each tab has a stream of its own.
//
//   process ── EventSource ──▶ the tab that leads ── BroadcastChannel ──▶ all other tabs
//
// A tab that comes later asks the one that leads for all that it has ("join", "all"); until then it hears nothing.

const KINDS = ['hello', 'story', 'lost', 'overview'];
const LANE = 'plimsoll-console ' + location.pathname; // two consoles behind one proxy are told apart by their paths
const link = { source: null, channel: null, leads: false, joined: false, me: Math.random().toString(36) };

function begin() {
  if (!('locks' in navigator) || !('BroadcastChannel' in window)) { lead(); return; }
  link.channel = new BroadcastChannel(LANE);
  link.channel.addEventListener('message', message => received(message.data));
  navigator.locks.request(LANE, () => new Promise(() => lead())) // held for as long as this tab lives
    .catch(() => { link.channel.close(); link.channel = null; lead(); });
  tell('join', link.me);
  setTimeout(() => { if (!link.joined) { link.joined = true; connect(); } }, 3000); // the one that leads hangs
}

function lead() {
  link.leads = true;
  link.joined = true;
  connect();
  tell('leads', '');
}

function tell(kind, data) {
  if (link.channel !== null) link.channel.postMessage({ kind, data });
}

/** For this tab, and for those that it leads. */
function pass(kind, data) {
  heard(kind, data);
  if (link.leads) tell(kind, data);
}

function received({ kind, data }) {
  if (link.leads) {
    if (kind === 'join') tell('all', { to: data, ...everything() });
    if (kind === 'again') connect();
  } else if (kind === 'leads') {
    if (!link.joined) tell('join', link.me);
  } else if (kind === 'all') {
    if (data.to === link.me && !link.joined) { link.joined = true; adopt(data); }
  } else if (kind !== 'join' && kind !== 'again' && link.joined) {
    if (link.source !== null) { link.source.close(); link.source = null; } // somebody leads after all
    heard(kind, data);
  }
}

function connect() {
  if (link.source !== null) link.source.close();
  const source = new EventSource('events' + (page.run === null ? '' : '?after=' + page.run + '-' + page.lastId));
  link.source = source;
  for (const kind of KINDS) source.addEventListener(kind, message => { if (source === link.source) pass(kind, JSON.parse(message.data)); });
  source.addEventListener('error', () => {
    if (source !== link.source) return;
    pass('cut', '');
    if (source.readyState === EventSource.CLOSED) refused();
  });
}

/** After somebody has shown the token, in whichever tab. */
function connectAgain() {
  if (link.leads || link.channel === null) connect(); else tell('again', '');
}

/** The stream was refused, not cut: by the token, or because too many pages are open. */
async function refused() {
  let why = '';
  try {
    const answer = await fetch('events', { headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(1500) });
    if (answer.status === 401) { pass('token', ''); return; }
    if (answer.ok) await answer.body.cancel(); else why = (await answer.json()).errors.join('; ');
  } catch (gone) { /* the process is away: try again below */ }
  pass('refused', why);
  setTimeout(connect, 2000);
}
