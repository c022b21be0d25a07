namespace MGLMM.Hosting;

/// <summary>Watches the model's words as they come while a tool runs, for a surface that shows progress.</summary>
public static class AnswerProgress
{
    private static readonly AsyncLocal<Action<string>?> Observer = new();

    /// <summary>Who watches the calls of this flow of control; null for nobody.</summary>
    internal static Action<string>? Current => Observer.Value;

    /// <summary>
    /// Watches every answer of the host's model that is asked for in this flow of control, and in those that begin in it, until the return
    /// value is disposed.
    /// </summary>
    /// <param name="said">Told of each piece of text, with markup, on the thread that decodes; must be quick and may not throw.</param>
    public static IDisposable Observe(Action<string> said)
    {
        ArgumentNullException.ThrowIfNull(said);
        Action<string>? before = Observer.Value;
        Observer.Value = said;
        return new Observation(before);
    }

    private sealed class Observation(Action<string>? before) : IDisposable
    {
        public void Dispose() => Observer.Value = before;
    }
}
