namespace MGLMM.Vision.Inputs;

/// <summary>
/// Where pictures come from, beside what a host registers and its policy lets in: an object store, a camera, a data base, another chat's
/// attachments. <c>open_image</c> asks the host's sources first, in their order. Thread-safe.
/// </summary>
/// <remarks>
/// The text comes from a language model: treat it as a name that a stranger asks for, and find only what the owner of the conversation may
/// see. What a source gives is decoded under the same limits as any file.
/// </remarks>
public interface IImageSource
{
    /// <summary>Finds a picture.</summary>
    /// <param name="source">What the caller asked to open, trimmed; neither a handle nor empty.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>The picture, or null where this source has none of that name; then the next is asked.</returns>
    public ValueTask<SourcedImage?> FindAsync(string source, CancellationToken cancellationToken = default);
}
