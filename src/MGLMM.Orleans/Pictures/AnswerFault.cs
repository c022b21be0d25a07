using Orleans;

namespace MGLMM.Orleans.Pictures;

/// <summary>Which of the seam's exceptions a question ended with.</summary>
internal enum FaultKind
{
    /// <summary><see cref="ModelUnavailableException"/>.</summary>
    Unavailable,

    /// <summary><see cref="EngineBusyException"/>.</summary>
    Busy,

    /// <summary><see cref="PromptTooLongException"/>.</summary>
    TooLong,

    /// <summary><see cref="ArgumentException"/>.</summary>
    Argument,

    /// <summary>The worker had no time left.</summary>
    Late,

    /// <summary><see cref="AnswerDeadlineException"/>.</summary>
    Deadline,
}

/// <summary>The seam's exceptions as data, so that a caller catches the same ones whether the model is here or elsewhere.</summary>
[GenerateSerializer, Immutable, Alias("mglmm.answer-fault")]
internal sealed record AnswerFault([property: Id(0)] FaultKind Kind, [property: Id(1)] string Message)
{
    /// <summary>When there may be room again, of <see cref="FaultKind.Busy"/>.</summary>
    [Id(2)]
    public TimeSpan RetryAfter { get; init; }

    /// <summary>The fault of an exception; what is not of the seam says no more than that it happened: its words may name paths.</summary>
    public static AnswerFault Of(Exception exception) => exception switch
    {
        EngineBusyException busy => new AnswerFault(FaultKind.Busy, busy.Message) { RetryAfter = busy.RetryAfter },
        AnswerDeadlineException => new AnswerFault(FaultKind.Deadline, exception.Message),
        PromptTooLongException => new AnswerFault(FaultKind.TooLong, exception.Message),
        ArgumentException => new AnswerFault(FaultKind.Argument, exception.Message),
        ModelUnavailableException => new AnswerFault(FaultKind.Unavailable, exception.Message),
        OperationCanceledException => new AnswerFault(FaultKind.Late, "The worker did not answer in time."),
        _ => new AnswerFault(FaultKind.Unavailable, "The worker failed while it answered; its log says why."),
    };

    /// <summary>The exception that a caller of the seam expects.</summary>
    public Exception ToException() => Kind switch
    {
        FaultKind.Busy => new EngineBusyException(Message, RetryAfter),
        FaultKind.Deadline => new AnswerDeadlineException(Message),
        FaultKind.TooLong => new PromptTooLongException(Message),
        FaultKind.Argument => new ArgumentException(Message),
        _ => new ModelUnavailableException(Message),
    };
}
