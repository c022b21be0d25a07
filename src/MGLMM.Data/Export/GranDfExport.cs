using System.Globalization;
using System.Text;
using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Export;

/// <summary>
/// GranD-f: an entry per question, its caption without mark-up, and for each phrase where it stands and its mask. Phrases are the keys of an object, so
/// one that repeats gets a number.
/// </summary>
internal static class GranDfExport
{
    public const string FileName = "annotations/train/GranDf_HA_GCG_train.json";

    /// <summary>In an entry's field: the phrases in the order of their masks.</summary>
    public const string OrderField = "order";

    public static void Write(Func<IEnumerable<SegCapSample>> samples, ExportFolder target) => target.Write(FileName, writer =>
    {
        writer.WriteStartArray();
        foreach (SegCapSample sample in samples())
        {
            WriteSample(writer, sample, target);
            writer.Flush();
        }

        writer.WriteEndArray();
    });

    private static void WriteSample(Utf8JsonWriter writer, SegCapSample sample, ExportFolder target)
    {
        foreach ((int turn, SegCapSample question) in ExportedSample.Questions(sample))
        {
            (string caption, List<(string Key, int Start, int End)> phrases) = Plain(question.Answer);
            writer.WriteStartObject();
            writer.WriteString("file_name", sample.Image);
            writer.WriteNumber("height", sample.Height);
            writer.WriteNumber("width", sample.Width);
            writer.WriteString("image_id", question.Id);
            writer.WriteString("caption", caption);
            writer.WriteStartObject("groundings");
            foreach (((string? key, int start, int end), RunLengths? run) in phrases.Zip(question.Masks))
            {
                writer.WriteStartObject(key);
                writer.WriteStartArray("token_positives");
                writer.WriteNumberValue(start);
                writer.WriteNumberValue(end);
                writer.WriteEndArray();
                writer.WriteStartArray("rle_masks");
                new CocoWriter(writer).WriteRunLengths(run.ToMask(sample.Width, sample.Height));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteString(CocoExport.PicturesField, target.Pictures);
            writer.WriteStartObject(ExportedSample.Field);
            writer.WriteNumber(ExportedSample.Turn, turn);
            writer.WriteString(ExportedSample.Of, sample.Id);
            writer.WriteStartArray(OrderField);
            phrases.ForEach(phrase => writer.WriteStringValue(phrase.Key));
            writer.WriteEndArray();
            if (turn == 0)
            {
                ExportedSample.Write(writer, ExportedSample.Rest(sample));
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    /// <summary>The answer without mark-up, and its phrases with where they stand in code points; a mask without a phrase stands nowhere, at -1.</summary>
    private static (string Caption, List<(string Key, int Start, int End)> Phrases) Plain(string answer)
    {
        (StringBuilder caption, List<(string, int, int)> phrases, HashSet<string> keys) = (new StringBuilder(), new List<(string, int, int)>(), new HashSet<string>(StringComparer.Ordinal));
        foreach ((string? text, string? phrase) in ExportedSample.Pieces(answer))
        {
            // Readers take quotes and blanks off both ends before they count, so there are none at the front.
            caption.Append(caption.Length == 0 ? text.TrimStart().TrimStart('"').TrimStart() : text);
            if (phrase is null)
            {
                continue;
            }

            string words = phrase.Trim();
            string key = words.Length == 0 ? "(no phrase)" : words;
            for (int number = 2; !keys.Add(key); number++)
            {
                key = string.Create(CultureInfo.InvariantCulture, $"{(words.Length == 0 ? "(no phrase)" : words)} ({number})");
            }

            int start = CodePoints.CountOf(caption.ToString());
            phrases.Add(words.Length == 0 ? (key, -1, -1) : (key, start, start + CodePoints.CountOf(words)));
            caption.Append(words);
        }

        return (caption.ToString().TrimEnd(), phrases);
    }
}
