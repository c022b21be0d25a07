namespace MGLMM;

/// <summary>The answer was not there within <see cref="AskOptions.Deadline"/>. Nothing is kept of it; the same request may succeed later.</summary>
public sealed class AnswerDeadlineException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="deadline">How long the caller would wait.</param>
    public AnswerDeadlineException(TimeSpan deadline)
        : base(FormattableString.Invariant($"The answer was not there within {deadline.TotalSeconds:0.##} s. Ask for less, or when the model has less to do; a longer deadline helps too."))
    {
    }

    /// <summary>Creates the exception of a model that answers elsewhere.</summary>
    /// <param name="message">In words.</param>
    public AnswerDeadlineException(string message)
        : base(message)
    {
    }
}
