using MGLMM.Data.Import;
using MGLMM.Data.Input;

namespace MGLMM.Data.Readers;

/// <summary>A caption of a <c>*_caption_gt.json</c>: what the official scripts of GCG and MGSC compare with.</summary>
/// <param name="Image">The picture's id, a text or a number there.</param>
/// <param name="Caption">The caption without mark-up.</param>
/// <param name="Labels">What it grounds.</param>
internal sealed record CaptionTruth(string Image, string Caption, IReadOnlyList<string> Labels)
{
    /// <summary>Reads a file's captions, one a picture.</summary>
    public static IReadOnlyList<CaptionTruth> Read(string path, ImportScope scope, CancellationToken cancellationToken)
    {
        var (captions, images) = (new List<CaptionTruth>(), new HashSet<string>(StringComparer.Ordinal));
        JsonFile.Walk(
            path,
            value =>
            {
                if (value.Property != "annotations" || value.Index < 0)
                {
                    return;
                }

                using var parsed = JsonFile.Parse(path, value.Property, value.Index, value.Json.ToArray());
                var entry = parsed.Value;
                var image = entry["image_id"].IsText ? PictureName.Of(entry["image_id"]) : IdOf(entry["image_id"]);
                if (!images.Add(image))
                {
                    scope.Log.LeaveOut("a picture has a second caption", $"picture {image}");
                    return;
                }

                captions.Add(new CaptionTruth(image, entry["caption"].Text(), [.. entry.Find("labels")?.Items().Select(label => label.Text()) ?? []]));
            },
            scope.Reading(path),
            cancellationToken);
        return captions.Count > 0 ? captions : throw Fault.At(path, null, "it has no annotations.");
    }

    /// <summary>An id that is a text or a whole number.</summary>
    public static string IdOf(JsonPlace id) => id.IsText ? id.Text() : id.Integer().ToString(System.Globalization.CultureInfo.InvariantCulture);
}
