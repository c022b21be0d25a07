namespace MGLMM.Extensions.AI;

/// <summary>How an <see cref="MglmmChatClient"/> works.</summary>
public sealed record MglmmChatClientOptions
{
    /// <summary>The defaults.</summary>
    public static MglmmChatClientOptions Default { get; } = new();

    /// <summary>Reads picture files; null takes the one of MGLMM.Imaging (SkiaSharp).</summary>
    public IImageDecoder? Decoder { get; init; }

    /// <summary>Whose requests these are, as <see cref="AskOptions.Requester"/>; null names nobody.</summary>
    public string? Requester { get; init; }

    /// <summary>Whether somebody waits for the answers, as <see cref="AskOptions.Priority"/>.</summary>
    public AskPriority Priority { get; init; }

    /// <summary>How long an answer is waited for, as <see cref="AskOptions.Deadline"/>; null is as long as it takes.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Tokens of an answer at most, where <c>ChatOptions.MaxOutputTokens</c> says nothing; also the most that it may ask for.</summary>
    public int MaximumNewTokens { get; init; } = AskOptions.Default.MaximumNewTokens;
}
