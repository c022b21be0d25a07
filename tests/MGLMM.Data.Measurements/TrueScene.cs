using System.Text.Json;
using MGLMM.Data.Annotation;
using MGLMM.Data.SegCap;
using MGLMM.Imaging;

namespace MGLMM.Data.Measurements;

/// <summary>A drawn scene and the truth about it, as <c>truth.py</c> writes them.</summary>
internal sealed record TrueScene(string Name, AnnotationScene Scene, PictureAnnotation Truth)
{
    /// <summary>Reads scenes.</summary>
    public static IEnumerable<TrueScene> Read(string folder, int? limit)
    {
        foreach (SegCapSample sample in SegCapFile.Stream(Path.Combine(folder, "truth.jsonl")).Take(limit ?? int.MaxValue))
        {
            RgbImage image = ImageDecoder.DecodeFile(Path.Combine(folder, sample.Image));
            PictureAnnotation truth = new()
            {
                Width = sample.Width,
                Height = sample.Height,
                Regions = [.. sample.Regions.Select((region, index) => Region(sample, region, index))],
            };

            // Ids of the pipeline's own shape, for captions tag by them.
            Dictionary<string, string> ids = sample.Regions.Select((region, index) => (region.Id, $"r{index + 1}")).ToDictionary(StringComparer.Ordinal);
            truth = truth with { Regions = [.. truth.Regions.Select(region => region with { Parent = region.Parent is null ? null : ids[region.Parent] })] };
            yield return new TrueScene(sample.Image, new AnnotationScene(sample.Image, image), truth);
        }
    }

    private static AnnotatedRegion Region(SegCapSample sample, SegCapRegion region, int index) => new()
    {
        Id = $"r{index + 1}",
        Mask = region.Mask.ToMask(sample.Width, sample.Height),
        Parent = region.Parent,
        Label = region.Label,
        Phrase = region.Unknown!["phrase"].GetString()!,
    };
}
