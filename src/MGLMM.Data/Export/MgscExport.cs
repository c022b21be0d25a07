using System.Globalization;
using System.Text;
using System.Text.Json;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Export;

/// <summary>
/// MGSC: a list of entries a picture, one per question: the caption with a tag per phrase, and a mask per tag in MGSC's double coding. A question about
/// parts of one thing is a subtree of it, any other one is about the root. The picture's name begins where the SegCap file lies.
/// </summary>
internal static class MgscExport
{
    public const string SplitFile = "MGLMM_train_split.txt";

    /// <summary>In an entry: where names of pictures begin, relative to the folder.</summary>
    public const string PicturesField = CocoExport.PicturesField;

    private const string Annotations = "annotations";

    private const int FlushAfter = 1 << 16;

    public static void Write(Func<IEnumerable<SegCapSample>> samples, ExportFolder target)
    {
        // Samples of a picture need not follow each other, but their order is kept: a file holds those that do.
        List<string> names = new();
        using IEnumerator<SegCapSample> rest = samples().GetEnumerator();
        bool open = rest.MoveNext();
        while (open)
        {
            string image = rest.Current.Image;
            string name = string.Create(CultureInfo.InvariantCulture, $"mglmm_{names.Count:D7}.json");
            names.Add(name);
            target.Write($"{Annotations}/{name}", writer =>
            {
                writer.WriteStartArray();
                do
                {
                    WriteSample(writer, rest.Current, target);
                    if (writer.BytesPending > FlushAfter)
                    {
                        writer.Flush();
                    }

                    open = rest.MoveNext();
                }
                while (open && rest.Current.Image == image);

                writer.WriteEndArray();
            });
        }

        target.WriteList(SplitFile, Annotations, names);
    }

    private static void WriteSample(Utf8JsonWriter writer, SegCapSample sample, ExportFolder target)
    {
        foreach ((int turn, SegCapSample question) in ExportedSample.Questions(sample))
        {
            (string caption, List<string> keys) = Tagged(question.Answer);
            string? subject = question.Granularity == "part" ? question.Parents.FirstOrDefault(parent => parent is not null) : null;
            writer.WriteStartObject();
            writer.WriteString("file_name", sample.Image);
            writer.WriteString("type", subject is null ? "root" : "subtree");
            writer.WriteString("label", subject is null ? "root" : "subtree:" + subject);
            writer.WriteString("gcg_caption", caption);
            writer.WriteStartArray("gcg_labels");
            keys.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
            foreach ((int index, string key) in keys.Index())
            {
                RunLengths run = question.Masks[index];
                writer.WriteStartObject(key);
                writer.WriteString("label", question.Labels[index]);
                writer.WriteString("mask", $"{{\"size\": [{sample.Height}, {sample.Width}], \"counts\": \"{Convert.ToBase64String(Encoding.ASCII.GetBytes(run.Counts))}\"}}");
                writer.WriteEndObject();
            }

            writer.WriteString(PicturesField, target.Pictures);
            writer.WriteStartObject(ExportedSample.Field);
            writer.WriteNumber(ExportedSample.Turn, turn);
            writer.WriteString(ExportedSample.Of, sample.Id);
            if (turn == 0)
            {
                ExportedSample.Write(writer, ExportedSample.Rest(sample));
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    /// <summary>The answer with <c>&lt;r1&gt;phrase&lt;/r1&gt;</c> for its first phrase and so on.</summary>
    private static (string Caption, List<string> Keys) Tagged(string answer)
    {
        (StringBuilder caption, List<string> keys) = (new StringBuilder(), new List<string>());
        foreach ((string? text, string? phrase) in ExportedSample.Pieces(answer))
        {
            caption.Append(text);
            if (phrase is not null)
            {
                keys.Add(string.Create(CultureInfo.InvariantCulture, $"r{keys.Count + 1}"));
                caption.Append(CultureInfo.InvariantCulture, $"<{keys[^1]}>{phrase.Trim()}</{keys[^1]}>");
            }
        }

        return (caption.ToString(), keys);
    }
}
