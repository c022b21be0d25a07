namespace MGLMM.SemanticKernel.Chat;

/// <summary>What <see cref="RenderedPictureFilter"/> shows to the chat model.</summary>
public sealed record RenderedPictureOptions
{
    /// <summary>The defaults.</summary>
    public static RenderedPictureOptions Default { get; } = new();

    /// <summary>Whether the chat model takes pictures. If not, the filter does nothing: the model has the artifact's handle.</summary>
    public bool ModelTakesImages { get; init; } = true;

    /// <summary>Rendered pictures that a chat holds at most; older ones are taken out again.</summary>
    public int MaximumPictures { get; init; } = 4;

    /// <summary>The longer side of a shown picture at most, in pixels; larger ones are made smaller.</summary>
    public int MaximumSidePx { get; init; } = 1024;

    /// <summary>Bytes of a shown picture at most, as a file; larger ones are made smaller still, as JPEG where nothing in them is transparent.</summary>
    public int MaximumBytes { get; init; } = 2 << 20;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumPictures, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumSidePx, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumBytes, 1);
    }
}
