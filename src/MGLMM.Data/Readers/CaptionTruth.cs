using System.Text;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.Text;

namespace MGLMM.Data.Readers;

/// <summary>A caption of a <c>*_caption_gt.json</c>: what the official scripts of GCG and MGSC compare with.</summary>
/// <param name="Image">The picture's id, a text or a number there.</param>
/// <param name="Caption">The caption without mark-up.</param>
/// <param name="Labels">What it grounds.</param>
/// <param name="Subject">Of MGSC: what the caption is about, <c>root</c> or <c>subtree:...</c>.</param>
/// <param name="FileName">Of MGSC: the picture, which several captions are about.</param>
internal sealed record CaptionTruth(string Image, string Caption, IReadOnlyList<string> Labels, string? Subject, string? FileName)
{
    /// <summary>Reads a file's captions, one a picture.</summary>
    public static IReadOnlyList<CaptionTruth> Read(string path, ImportScope scope, CancellationToken cancellationToken)
    {
        (List<CaptionTruth> captions, HashSet<string> images) = (new List<CaptionTruth>(), new HashSet<string>(StringComparer.Ordinal));
        Dictionary<string, (string? Subject, string? FileName)> pictures = new(StringComparer.Ordinal);
        JsonFile.Walk(
            path,
            value =>
            {
                if (value is { Property: "images", Index: >= 0 })
                {
                    using JsonFileElement listed = JsonFile.Parse(path, value.Property, value.Index, value.Json.ToArray());
                    pictures[IdOf(listed.Value["id"])] = (listed.Value.Find("type")?.Text(), listed.Value.Find("sam_file_name") is { } name ? PictureName.Of(name) : null);
                }

                if (value.Property != "annotations" || value.Index < 0)
                {
                    return;
                }

                using JsonFileElement parsed = JsonFile.Parse(path, value.Property, value.Index, value.Json.ToArray());
                JsonPlace entry = parsed.Value;
                string image = entry["image_id"].IsText ? PictureName.Of(entry["image_id"]) : IdOf(entry["image_id"]);
                if (!images.Add(image))
                {
                    scope.Log.LeaveOut("a picture has a second caption", $"picture {image}");
                    return;
                }

                captions.Add(new CaptionTruth(image, entry["caption"].Text(), [.. entry.Find("labels")?.Items().Select(label => label.Text()) ?? []], null, null));
            },
            scope.Reading(path),
            cancellationToken);
        captions = captions.ConvertAll(caption => pictures.TryGetValue(caption.Image, out (string? Subject, string? FileName) picture) ? caption with { Subject = picture.Subject, FileName = picture.FileName } : caption);
        return captions.Count > 0 ? captions : throw Fault.At(path, null, "it has no annotations.");
    }

    /// <summary>An id that is a text or a whole number.</summary>
    public static string IdOf(JsonPlace id) => id.IsText ? id.Text() : id.Integer().ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// The caption with its labels marked up where they stand as words, the name itself before its plural. The masks of those that do not stand there
    /// come behind it, without a phrase: answers are compared with the caption's words, and these stay as they are.
    /// </summary>
    public (string Answer, int[] Order) Marked(ImportLog log)
    {
        List<(int Start, int End, int Label)> spans = new();
        List<int> missing = new();
        for (int label = 0; label < Labels.Count; label++)
        {
            (int Start, int End)[] free = [.. WholeWords.Of(Caption, Labels[label].Trim(), StringComparison.OrdinalIgnoreCase).Where(place => !spans.Exists(span => place.Start < span.End && span.Start < place.End))];
            if (free.Length == 0)
            {
                missing.Add(label);
            }
            else
            {
                (int Start, int End) chosen = free.MinBy(place => place.End - place.Start);
                spans.Add((chosen.Start, chosen.End, label));
            }
        }

        if (missing.Count > 0)
        {
            log.Note("a label does not stand in its caption: its mask comes behind it, without a phrase", $"picture {Image}, {Labels[missing[0]]}");
        }

        spans.Sort();
        (StringBuilder text, int end) = (new StringBuilder(), 0);
        foreach ((int start, int stop, int _) in spans)
        {
            text.Append(Caption, end, start - end).Append(Wordings.Grounded(Caption[start..stop]));
            end = stop;
        }

        text.Append(Caption, end, Caption.Length - end);
        missing.ForEach(_ => text.Append(' ').Append(Wordings.Seg));

        return (text.ToString(), [.. spans.Select(span => span.Label), .. missing]);
    }
}
