using System.Text.Json;
using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;

namespace MGLMM.Data.Annotation.Runs;

/// <summary>Annotations as samples of SegCap, version 2: one for the picture, with its tree, and one for each region that has parts.</summary>
internal static class AnnotatedSamples
{
    public const string Dataset = "annotate";

    /// <summary>The samples of a picture; none where nothing was found.</summary>
    /// <param name="picture">Its name.</param>
    /// <param name="image">Its path, relative to the file that is written.</param>
    /// <param name="sha256">Of its file.</param>
    /// <param name="annotation">What came out.</param>
    public static IEnumerable<SegCapSample> Of(string picture, string image, string sha256, PictureAnnotation annotation)
    {
        string id = Path.ChangeExtension(picture, null).Replace('\\', '/');
        foreach (NodeCaption caption in annotation.Captions)
        {
            (string answer, IReadOnlyList<string> order) = TaggedCaption.ToAnswer(caption.Text);
            AnnotatedRegion[] children = [.. order.Select(child => annotation.Find(child)).OfType<AnnotatedRegion>()];
            AnnotatedRegion? node = annotation.Find(caption.Node);
            yield return new SegCapSample
            {
                Id = node is null ? id : $"{id}-{node.Id}",
                Version = SegCapSample.CurrentVersion,
                Image = image,
                Width = annotation.Width,
                Height = annotation.Height,
                Task = node is null ? "panoptic" : "part",
                Granularity = node is null ? "panoptic" : "part",
                Instruction = node is null ? Wordings.Root : Wordings.Subtree(node.Label!),
                Answer = answer,
                Masks = [.. children.Select(child => RunLengths.Of(child.Mask))],
                Labels = [.. children.Select(child => child.Label!)],
                Parents = node is null ? [] : [.. children.Select(_ => node.Label)],
                Regions = node is null ? [.. annotation.Regions.Select(Region)] : [],
                Source = new SegCapSource
                {
                    Dataset = Dataset,
                    Ids = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
                    {
                        ["picture"] = JsonSerializer.SerializeToElement(picture, TextJson.Default.String),
                        ["sha256"] = JsonSerializer.SerializeToElement(sha256, TextJson.Default.String),
                        ["node"] = JsonSerializer.SerializeToElement(node?.Id ?? "root", TextJson.Default.String),
                        ["author"] = JsonSerializer.SerializeToElement(caption.Author, TextJson.Default.String),
                    },
                },
            };
        }
    }

    private static SegCapRegion Region(AnnotatedRegion region) => new()
    {
        Id = region.Id,
        Parent = region.Parent,
        Label = region.Label!,
        Caption = region.Caption,
        Mask = RunLengths.Of(region.Mask),
        Unknown = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["phrase"] = JsonSerializer.SerializeToElement(region.Phrase!, TextJson.Default.String),
            ["confidence"] = JsonSerializer.SerializeToElement(Math.Round(region.Confidence, 4), TextJson.Default.Double),
        },
    };
}

/// <summary>JSON of plain values.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
[System.Text.Json.Serialization.JsonSerializable(typeof(double))]
internal sealed partial class TextJson : System.Text.Json.Serialization.JsonSerializerContext;
