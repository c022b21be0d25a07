using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;

namespace MGLMM.Conversion.Streaming;

/// <summary>
/// One part of a bundle while it is written: a graph with its weights, or the token embeddings. Used by one thread.
/// </summary>
/// <param name="Name">For people.</param>
/// <param name="Folder">Where its files go; null in a dry run, which writes none.</param>
/// <param name="Weights">The checkpoint, for this part alone.</param>
/// <param name="Tower">The vision tower, for this part alone.</param>
/// <param name="Journal">What an earlier run wrote; null in a conversion that is done at once.</param>
/// <param name="CancellationToken">Observed at each tensor.</param>
internal sealed record ConversionPart(
    string Name, string? Folder, WeightSource Weights, WeightSource Tower, DataJournal? Journal, CancellationToken CancellationToken)
{
    /// <summary>Bytes of the finished part's weights.</summary>
    public long Length { get; private set; }

    /// <summary>The file of the weights, once it is finished.</summary>
    public string? File { get; private set; }

    /// <summary>The SHA-256 of that file; null where it is not known.</summary>
    public string? Hash { get; private set; }

    /// <summary>Opens the part's file of weights.</summary>
    public ExternalDataFile OpenData(string file)
    {
        string path = Path.Combine(Folder ?? string.Empty, file);
        return Journal is null ? new ExternalDataFile(path, CancellationToken) : new ExternalDataFile(path, CancellationToken, Journal);
    }

    /// <summary>Waits until every weight is stored.</summary>
    public void Finish(ExternalDataFile data)
    {
        data.Barrier();
        Hash = data.Complete();
        Length = data.Length;
        File = data.FileName;
    }
}
