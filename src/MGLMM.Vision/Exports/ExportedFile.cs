namespace MGLMM.Vision.Exports;

/// <summary>A file that was made for the host. Immutable.</summary>
/// <param name="FileName">A plain name that tells the kind, such as <c>regions.json</c>; where it goes, something that tells it from others is put before it.</param>
/// <param name="MediaType">Its media type, such as <c>application/json</c>.</param>
/// <param name="Content">Its bytes.</param>
public sealed record ExportedFile(string FileName, string MediaType, ReadOnlyMemory<byte> Content)
{
    internal const string Png = "image/png";
    internal const string Json = "application/json";
    internal const string GeoJson = "application/geo+json";
    internal const string Svg = "image/svg+xml";
    internal const string Zip = "application/zip";

    /// <summary>Width of a picture in pixels; null for other files.</summary>
    public int? WidthPx { get; init; }

    /// <summary>Height of a picture in pixels; null for other files.</summary>
    public int? HeightPx { get; init; }

    /// <summary>What whoever reads it should know, such as what the format could not keep; null if nothing.</summary>
    public string? Note { get; init; }

    /// <summary>Several files as one: a zip archive, the same for the same content.</summary>
    /// <param name="fileName">The archive's name.</param>
    /// <param name="files">Names with <c>/</c> between folders, and bytes.</param>
    /// <param name="maximumBytes">Bytes of the archive at most.</param>
    /// <exception cref="ExportTooLargeException">It would be larger.</exception>
    public static ExportedFile Archive(string fileName, IEnumerable<(string Name, byte[] Content)> files, long maximumBytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        ArgumentNullException.ThrowIfNull(files);
        return new ExportedFile(fileName, Zip, ArchiveFile.Of(maximumBytes, files));
    }
}
