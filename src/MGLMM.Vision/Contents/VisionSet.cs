namespace MGLMM.Vision.Contents;

/// <summary>Regions of one picture in an order, under one handle, so that a caller can pass them on without naming each. Immutable; may be empty.</summary>
public sealed record VisionSet
{
    /// <summary>Its handle, such as <c>s2</c>.</summary>
    public required string Handle { get; init; }

    /// <summary>The handle's number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The handle of the picture.</summary>
    public required string Image { get; init; }

    /// <summary>The handles of its regions, in order, each once. Some may have expired since.</summary>
    public required IReadOnlyList<string> Regions { get; init; }

    /// <summary>What made it: the instruction that the model answered, or the operation, such as <c>union of m1, m2</c>.</summary>
    public required string Origin { get; init; }
}
