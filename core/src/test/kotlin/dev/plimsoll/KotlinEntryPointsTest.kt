package dev.plimsoll

import dev.plimsoll.call.Work
import java.io.IOException
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.CompletionStage
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.DisplayName
import org.junit.jupiter.api.Test

/**
 * The entry points of a guard in Kotlin, compiled with strict nullness.
 *
 * `get { … }` is the form for Kotlin: nothing has to be named, and what it throws passes as it is, for Kotlin has no
 * checked exceptions. The other forms keep a checked exception's type for Java; from Kotlin that type has to be named. And
 * because `call` and `callAsync` take work with and without an attempt, a lambda that names no parameter is ambiguous there:
 * write `{ attempt -> … }`, `{ _ -> … }`, or `Work<…> { … }`.
 */
internal class KotlinEntryPointsTest {

    private val guards = Guards.create { it.logging(false) }
    private val guard = guards.guard("prices") { it.circuitBreaker { b -> b.consecutiveFailures(1) } }

    @AfterEach
    fun close() {
        guards.close()
    }

    @Test
    @DisplayName("CA-1 Kotlin: get takes any lambda, null results and checked exceptions included")
    fun get_takesAnyLambda() {
        val price: String = guard.get { "7" }
        val none: String? = guard.get<String?> { null }

        assertThat(price).isEqualTo("7")
        assertThat(none).isNull()
        assertThatThrownBy { guard.get<String> { throw IOException("lost") } }
            .isExactlyInstanceOf(IOException::class.java)
            .hasMessage("lost")
    }

    @Test
    @DisplayName("CA-1 Kotlin: call and run name the type that the work may throw")
    fun callAndRun_nameTheException() {
        val done = mutableListOf<String>()
        val price: String = guard.call(Work<String, IOException> { "7" })
        val none: String? = guard.call(Work<String?, IOException> { null })
        guard.run<RuntimeException> { done += "task" }

        assertThat(price).isEqualTo("7")
        assertThat(none).isNull()
        assertThat(done).containsExactly("task")
    }

    @Test
    @DisplayName("CA-1 Kotlin: a lambda with a parameter asks for the attempt")
    fun call_withAParameter_asksForTheAttempt() {
        val seen: String = guard.call<String, IOException> { attempt -> "${attempt.dependency()} ${attempt.number()}" }
        assertThat(seen).isEqualTo("prices 1")
    }

    @Test
    @DisplayName("CA-1 Kotlin: answer says how it came about")
    fun answer_saysHow() {
        val answer = guard.answer<String, IOException> { "7" }
        assertThat(answer.value()).isEqualTo("7")
        assertThat(guard.answer<String?, IOException> { null }.value()).isNull()
    }

    @Test
    @DisplayName("CA-1 CA-3 Kotlin: every form that answers a refusal")
    fun refused_isAnswered() {
        guard.circuitBreaker()!!.forceOpen("maintenance", "me", Duration.ofMinutes(5))

        assertThat(guard.call<String, IOException>({ "never" }, { refused -> refused.dependency() })).isEqualTo("prices")
        assertThat(guard.call<String?, IOException>({ "never" }, { null })).isNull()
        assertThat(guard.answer<String, IOException>({ "never" }, { "list" }).rung()).isEqualTo(Answer.Rung.REFUSED)
        assertThat(guard.callAsync<String>({ CompletableFuture.completedFuture("never") }, { "list" }).join()).isEqualTo("list")
    }

    @Test
    @DisplayName("CA-1 Kotlin: callAsync, with and without the attempt, null results included")
    fun callAsync_takesStages() {
        val price: CompletableFuture<String> = guard.callAsync<String> { _ -> CompletableFuture.completedFuture("7") }
        val none: CompletableFuture<String?> = guard.callAsync<String?> { _ -> CompletableFuture.completedFuture<String?>(null) }
        val named: CompletableFuture<String> =
            guard.callAsync(Work<CompletionStage<String>, IOException> { CompletableFuture.completedFuture("8") })
        val second = guard.callAsync<Int> { attempt -> CompletableFuture.completedFuture(attempt.number()) }
        val lost = guard.callAsync<String> { _ -> throw IOException("lost") }

        assertThat(price.join()).isEqualTo("7")
        assertThat(none.join()).isNull()
        assertThat(named.join()).isEqualTo("8")
        assertThat(second.join()).isEqualTo(1)
        assertThatThrownBy { lost.join() }.isExactlyInstanceOf(CompletionException::class.java)
            .hasCauseExactlyInstanceOf(IOException::class.java)
    }
}
