using System.Security.Cryptography;
using MGLMM.Data.Coco;
using MGLMM.Data.Input;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Proposals;

/// <summary>
/// Masks that lie in files beside the pictures: one JSON file a picture, <c>NAME.json</c> for <c>NAME.jpg</c>, as SA-1B has them
/// (<c>{"annotations": [{"segmentation", "predicted_iou"?, "stability_score"?, "label"?}]}</c>). A detector of a host's own writes the same, with
/// <c>label</c> where it knows one. A picture without a file has no masks here. Masks may nest. Thread-safe.
/// </summary>
/// <param name="folder">The folder; files lie in it as the pictures lie in theirs.</param>
/// <param name="leastPredictedIou">Masks whose <c>predicted_iou</c> is lower are left out.</param>
public sealed class FileProposer(string folder, double leastPredictedIou = 0) : IMaskProposer
{
    /// <inheritdoc/>
    public string Name => "files";

    /// <inheritdoc/>
    public string Settings => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"files 2: {leastPredictedIou}");

    /// <inheritdoc/>
    public string? FingerprintOf(string picture)
    {
        if (!File.Exists(PathOf(picture)))
        {
            return null;
        }

        using FileStream file = File.OpenRead(PathOf(picture));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A file is damaged or its masks are of another size; the message says where.</exception>
    public Task<IReadOnlyList<MaskProposal>> ProposeAsync(AnnotationScene scene, IReadOnlyList<MaskProposal> earlier, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        string path = PathOf(scene.Name);
        List<MaskProposal> found = new();
        if (!File.Exists(path))
        {
            return Task.FromResult<IReadOnlyList<MaskProposal>>(found);
        }

        using JsonFileElement parsed = JsonFile.ReadWhole(path);
        foreach (JsonPlace annotation in parsed.Value["annotations"].Items())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Mask? mask = CocoSegmentation.ToMask(annotation.Find("segmentation"), scene.Image.Width, scene.Image.Height);
            if (mask is null || mask.IsEmpty || (annotation.Find("predicted_iou")?.Number() ?? 1) < leastPredictedIou)
            {
                continue;
            }

            found.Add(new MaskProposal(mask, annotation.Find("label")?.Text()) { Stability = annotation.Find("stability_score")?.Number() });
        }

        return Task.FromResult<IReadOnlyList<MaskProposal>>(found);
    }

    private string PathOf(string picture) => Path.Combine(folder, Path.ChangeExtension(picture, ".json"));
}
