using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MGLMM.Imaging;
using MGLMM.Language;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Workspaces;

/// <summary>Exports for the host.</summary>
public sealed partial class VisionWorkspace
{
    private const int LongestLabel = 200;

    /// <summary>Writes regions into a file for another program, as <c>export_regions</c> does. Nothing is kept, no model is needed.</summary>
    /// <param name="format">One of <see cref="ExportFormats.BuiltIn"/>, or a host's own.</param>
    /// <param name="image">The picture's handle.</param>
    /// <param name="regions">Handles of regions of that picture, in the order of the file; null takes all of them. One that is named again counts once.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="KeyNotFoundException">A handle is unknown, or a region belongs to another picture.</exception>
    /// <exception cref="ExportTooLargeException">The file would be larger than <see cref="WorkspaceLimits.MaximumArtifactBytes"/>.</exception>
    public ExportedFile Export(IExportFormat format, string image, IEnumerable<string>? regions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        if (!TryGetImage(image, out VisionImage? picture))
        {
            throw new KeyNotFoundException($"There is no picture '{image}' in this workspace.");
        }

        IReadOnlyList<VisionRegion> chosen = regions is null ? RegionsOf(picture.Handle) : [.. regions.Select(handle => RegionOfPicture(handle, picture)).DistinctBy(region => region.Handle)];
        return Export(format, picture, chosen, cancellationToken);
    }

    internal ExportedFile Export(IExportFormat format, VisionImage image, IReadOnlyList<VisionRegion> regions, CancellationToken cancellationToken)
    {
        ExportedFile file = format.Write(
            new ExportRequest
            {
                PictureName = PlainText.Limit(image.Name, LongestLabel),
                PictureStem = StemOf(image),
                PictureId = IdOf(image),
                Width = image.Width,
                Height = image.Height,
                Regions = [.. regions.Select(ToExport)],
                MaximumBytes = Limits.MaximumArtifactBytes,
            },
            cancellationToken);
        return file.Content.Length <= Limits.MaximumArtifactBytes ? file : throw new ExportTooLargeException(Limits.MaximumArtifactBytes);
    }

    private static ExportRegion ToExport(VisionRegion region)
    {
        string? phrase = region.Phrase is null ? null : PlainText.Limit(region.Phrase, LongestLabel);
        string label = phrase is null ? string.Empty : EnglishPhrases.WithoutArticle(phrase).Trim().ToLowerInvariant();
        return new ExportRegion
        {
            Handle = region.Handle,
            Number = region.Number,
            Mask = region.Mask,
            Label = label.Length == 0 ? ExportRegion.Unnamed : label,
            Phrase = phrase,
            Model = region.Model,
            IsThing = phrase is null || !BackgroundNouns.IsNamed(phrase),
            Color = OverlayPalette.ColorOf(region.ColorIndex),
        };
    }

    /// <summary>
    /// The picture's own stem; with its handle behind it where a picture before it has the same, in any case, as file systems see it. A picture before it may
    /// also have got such a name: "photo-img2" is taken by the second "photo".
    /// </summary>
    private string StemOf(VisionImage image)
    {
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        string stem = string.Empty;
        foreach (VisionImage known in Images.Where(other => other.Handle != image.Handle).Append(image).OrderBy(other => Handles.NumberOf(other.Handle, Handles.Image)))
        {
            stem = PictureStem.Of(known.Name, known.Handle);
            while (!taken.Add(stem))
            {
                stem = $"{stem}-{known.Handle}";
            }

            if (known.Handle == image.Handle)
            {
                break;
            }
        }

        return stem;
    }

    /// <summary>From 1 to 2^31 - 1, of name and pixels: readers keep ids in 32 bits, and files of several pictures are put together.</summary>
    private static int IdOf(VisionImage image)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{image.Name}\n{image.Pixels.ContentHash}"));
        return 1 + (int)(BinaryPrimitives.ReadUInt32LittleEndian(hash) % int.MaxValue);
    }
}
