package dev.plimsoll.cli.overload;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Draws rows as an SVG of its own, without scripts and fonts from elsewhere: goodput on the left, what became of CRITICAL
 * requests on the right, both over the load. It is light or dark as the reader's surroundings are. Void rows are left out.
 *
 * @param settings of the rows
 * @param rows in any order
 */
record Chart(Settings settings, List<Row> rows) {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 440;
    private static final int TOP = 96;
    private static final int PANEL_WIDTH = 330;
    private static final int PANEL_HEIGHT = 230;
    private static final int LEFT = 76;
    private static final int RIGHT = 492;
    private static final int LEGEND = 415;
    private static final int LEGEND_STEP = 190;
    private static final int MARK = 5;

    /* Without custom properties, which not every program that shows drawings knows. */
    private static final String STYLE = """
            <style>
              text { fill: #1f2328; font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
              text.title { font-size: 17px; font-weight: 600; }
              text.panel { font-weight: 600; }
              text.soft { fill: #59636e; }
              .ground { fill: #ffffff; }
              .grid { stroke: #d0d7de; }
              .axis { stroke: #59636e; }
              .line { fill: none; stroke-width: 2.2; }
              .mark { fill: #ffffff; stroke-width: 2.2; }
              .none { stroke: #b3261e; }
              .bulkhead { stroke: #8a6100; }
              .adaptive { stroke: #0a6bc2; }
              .criticality { stroke: #1a7f37; }
              .line.bulkhead { stroke-dasharray: 7 4; }
              .line.criticality { stroke-dasharray: 2 4; }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3; }
                text.soft { fill: #9aa4af; }
                .ground, .mark { fill: #0d1117; }
                .grid { stroke: #30363d; }
                .axis { stroke: #9aa4af; }
                .none { stroke: #ff8a80; }
                .bulkhead { stroke: #e3b341; }
                .adaptive { stroke: #6cb6ff; }
                .criticality { stroke: #56d364; }
              }
            </style>
            """;

    /** The whole document. */
    String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(text(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\""
                        + " aria-labelledby=\"title desc\">%n",
                WIDTH, HEIGHT, WIDTH, HEIGHT));
        svg.append("<title id=\"title\">A service under too much load, by what stands at its door</title>\n");
        svg.append(text("<desc id=\"desc\">%s</desc>%n", description()));
        svg.append(STYLE);
        svg.append(text("<rect class=\"ground\" width=\"%d\" height=\"%d\"/>%n", WIDTH, HEIGHT));
        svg.append(label("title", 24, 32, "start", "A service under too much load, by what stands at its door"));
        svg.append(label("soft", 24, 54, "start", subtitle()));
        panel(svg, LEFT, "Goodput, % of capacity", Row::goodput);
        panel(svg, RIGHT, "CRITICAL requests answered in time, %", Row::criticalSuccess);
        legend(svg);
        return svg.append("</svg>\n").toString();
    }

    private String subtitle() {
        return text(
                "HTTP on loopback; capacity %d requests/s (%d workers × %d ms); deadline %d ms; %d s per point",
                Settings.CAPACITY,
                Settings.WORKERS,
                Settings.WORK.toMillis(),
                Settings.DEADLINE.toMillis(),
                settings.measured().toSeconds());
    }

    private String description() {
        List<String> points = new ArrayList<>();
        for (Row row : sound()) {
            points.add(text(
                    "%s at %d times the capacity: %.0f %%", row.policy().label(), row.load(), 100 * row.goodput()));
        }
        return "Goodput. " + String.join("; ", points);
    }

    private void panel(StringBuilder svg, int x, String title, ToDoubleFunction<Row> share) {
        svg.append(label("panel", x, TOP - 14, "start", title));
        for (int percent = 0; percent <= 100; percent += 25) {
            svg.append(text(
                    "<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>%n",
                    percent == 0 ? "axis" : "grid", x, x + PANEL_WIDTH, y(percent / 1e2), y(percent / 1e2)));
            svg.append(label("soft", x - 8, y(percent / 1e2) + 4, "end", percent + " %"));
        }
        for (int load : loads()) {
            svg.append(label("soft", x(x, load), TOP + PANEL_HEIGHT + 20, "middle", load + "×"));
        }
        String axis = "load offered, as a multiple of capacity";
        svg.append(label("soft", x + PANEL_WIDTH / 2.0, TOP + PANEL_HEIGHT + 42, "middle", axis));
        for (Policy policy : policies()) {
            curve(svg, x, policy, share);
        }
    }

    private void curve(StringBuilder svg, int x, Policy policy, ToDoubleFunction<Row> share) {
        List<Row> points = sound().stream()
                .filter(row -> row.policy() == policy && !Double.isNaN(share.applyAsDouble(row)))
                .sorted((one, other) -> Integer.compare(one.load(), other.load()))
                .toList();
        StringBuilder path = new StringBuilder();
        StringBuilder marks = new StringBuilder();
        for (Row row : points) {
            double px = x(x, row.load());
            double py = y(share.applyAsDouble(row));
            path.append(text("%s%.1f %.1f", path.length() == 0 ? "M" : " L", px, py));
            marks.append(mark(policy, px, py));
        }
        if (!points.isEmpty()) {
            svg.append(text("<path class=\"line %s\" d=\"%s\"/>%n", policy.label(), path))
                    .append(marks);
        }
    }

    /** Told apart by its shape, too, and not by colour alone. */
    private static String mark(Policy policy, double x, double y) {
        String shape = switch (policy) {
            case NONE ->
                text(
                        "M%.1f %.1fl%d %dm0 -%dl-%d %d",
                        x - MARK, y - MARK, 2 * MARK, 2 * MARK, 2 * MARK, 2 * MARK, 2 * MARK);
            case BULKHEAD -> text("M%.1f %.1fh%dv%dh-%dz", x - MARK, y - MARK, 2 * MARK, 2 * MARK, 2 * MARK);
            case ADAPTIVE ->
                text(
                        "M%.1f %.1fa%d %d 0 1 0 %d 0a%d %d 0 1 0 -%d 0z",
                        x - MARK, y, MARK, MARK, 2 * MARK, MARK, MARK, 2 * MARK);
            case CRITICALITY -> text("M%.1f %.1fl%d %dh-%dz", x, y - MARK, MARK, 2 * MARK, 2 * MARK);
        };
        return text("<path class=\"mark %s\" d=\"%s\"/>%n", policy.label(), shape);
    }

    private void legend(StringBuilder svg) {
        int x = LEFT;
        for (Policy policy : policies()) {
            svg.append(text("<path class=\"line %s\" d=\"M%d %dh36\"/>%n", policy.label(), x, LEGEND));
            svg.append(mark(policy, x + 18, LEGEND));
            svg.append(label("", x + 46, LEGEND + 5, "start", name(policy)));
            x += LEGEND_STEP;
        }
    }

    private String name(Policy policy) {
        return switch (policy) {
            case NONE -> "nothing";
            case BULKHEAD -> "bulkhead of " + settings.bulkhead();
            case ADAPTIVE -> "adaptive limit";
            case CRITICALITY -> "shedder, by criticality";
        };
    }

    private double x(int left, int load) {
        List<Integer> loads = loads();
        return left + PANEL_WIDTH * (loads.indexOf(load) + 0.5) / loads.size();
    }

    private static double y(double share) {
        return TOP + PANEL_HEIGHT * (1 - Math.min(1.05, share));
    }

    private List<Row> sound() {
        return rows.stream().filter(row -> !row.isVoid()).toList();
    }

    private List<Integer> loads() {
        return rows.stream().map(Row::load).distinct().sorted().toList();
    }

    private List<Policy> policies() {
        return rows.stream().map(Row::policy).distinct().sorted().toList();
    }

    private static String label(String style, double x, double y, String anchor, String words) {
        return text(
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", style, x, y, anchor, words);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format.replace("%n", "\n"), values);
    }
}
