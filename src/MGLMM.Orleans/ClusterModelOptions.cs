namespace MGLMM.Orleans;

/// <summary>How a cluster is asked.</summary>
public sealed record ClusterModelOptions
{
    /// <summary>
    /// The model: its name, <c>name:precision</c> or its whole id (<c>name@fingerprint</c>). Null takes the only one that the cluster has.
    /// </summary>
    public string? Model { get; init; }

    /// <summary>How long a question may take in all, waiting and asking again elsewhere included. Then it ends with <see cref="ModelUnavailableException"/>.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>So many questions about one picture at once stay with one worker; with each so many more, another worker takes the picture too.</summary>
    public int HotAfter { get; init; } = 4;

    /// <summary>
    /// Whether a picture is asked on the worker that knows it. False lets the workers take turns, each of which then encodes every picture: to measure
    /// what affinity is worth.
    /// </summary>
    public bool KeepsPicturesTogether { get; init; } = true;

    internal void Validate()
    {
        if (AnswerTime <= TimeSpan.Zero || AnswerTime > TimeSpan.FromHours(24))
        {
            throw new ArgumentException($"{nameof(AnswerTime)} is {AnswerTime}; give a time above zero, up to a day.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(HotAfter, 1);
    }
}
