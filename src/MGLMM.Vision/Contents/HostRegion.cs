namespace MGLMM.Vision.Contents;

/// <summary>What a host says of a region that it brings itself: a user's brush, a mask file, another detector. Immutable.</summary>
public sealed record HostRegion
{
    /// <summary>The origin where none is said.</summary>
    public const string DefaultOrigin = "brought by the host";

    internal static HostRegion Default { get; } = new();

    /// <summary>What it is, such as <c>the red car</c>; null where nobody said. At most 200 characters are kept.</summary>
    public string? Phrase { get; init; }

    /// <summary>Where it comes from, such as <c>drawn by the user</c> or <c>mask file car.png</c>; models are told. At most 200 characters are kept.</summary>
    public string Origin { get; init; } = DefaultOrigin;

    /// <summary>The handle of a region of the same picture that it is a part of; null for none.</summary>
    public string? Within { get; init; }
}
