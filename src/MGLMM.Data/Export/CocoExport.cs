using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Masks;

namespace MGLMM.Data.Export;

/// <summary>
/// COCO instances: an image a sample, an annotation a mask, a category a label. Ignored pixels are a crowd of each category that the sample names.
/// </summary>
internal static class CocoExport
{
    public const string FileName = "annotations/instances.json";

    /// <summary>In an annotation: which question of its sample it belongs to, from 0.</summary>
    public const string TurnField = "segcap_turn";

    /// <summary>In the info: where names of pictures begin, relative to the folder.</summary>
    public const string PicturesField = "segcap_images";

    public static void Write(Func<IEnumerable<SegCapSample>> samples, ExportFolder target) => target.Write(FileName, writer =>
    {
        Dictionary<string, int> categories = new(StringComparer.Ordinal);
        writer.WriteStartObject();
        writer.WriteStartObject("info");
        writer.WriteString("description", "SegCap samples; every sample is an image of its own.");
        writer.WriteString(PicturesField, target.Pictures);
        writer.WriteEndObject();
        writer.WriteStartArray("licenses");
        writer.WriteEndArray();
        writer.WriteStartArray("images");
        foreach ((int index, SegCapSample sample) in samples().Index())
        {
            WriteImage(writer, sample, index + 1);
            foreach (string? label in sample.Questions().SelectMany(question => question.Labels))
            {
                categories.TryAdd(label, categories.Count + 1);
            }

            writer.Flush();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("annotations");
        long number = 0L;
        foreach ((int index, SegCapSample sample) in samples().Index())
        {
            WriteAnnotations(writer, sample, index + 1, categories, ref number);
            writer.Flush();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("categories");
        foreach ((string label, int id) in categories)
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", id);
            writer.WriteString("name", label);
            writer.WriteString("supercategory", "segcap");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteImage(Utf8JsonWriter writer, SegCapSample sample, int id)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteString("file_name", sample.Image);
        writer.WriteNumber("width", sample.Width);
        writer.WriteNumber("height", sample.Height);
        ExportedSample.Write(writer, ExportedSample.Rest(sample));
        writer.WriteEndObject();
    }

    private static void WriteAnnotations(Utf8JsonWriter writer, SegCapSample sample, int image, Dictionary<string, int> categories, ref long number)
    {
        foreach ((int turn, SegCapSample question) in ExportedSample.Questions(sample))
        {
            foreach ((RunLengths run, string label) in question.Masks.Zip(question.Labels))
            {
                WriteAnnotation(writer, ++number, image, categories[label], run.ToMask(sample.Width, sample.Height), crowd: false, turn);
            }

            if (question.Ignore?.ToMask(sample.Width, sample.Height) is { } ignore)
            {
                foreach (string? label in question.Labels.Distinct(StringComparer.Ordinal))
                {
                    WriteAnnotation(writer, ++number, image, categories[label], ignore, crowd: true, turn);
                }
            }
        }
    }

    private static void WriteAnnotation(Utf8JsonWriter writer, long id, int image, int category, Mask mask, bool crowd, int turn)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", id);
        writer.WriteNumber("image_id", image);
        writer.WriteNumber("category_id", category);
        writer.WritePropertyName("segmentation");
        WriteRunLengths(writer, mask);
        writer.WriteNumber("area", mask.Area);
        writer.WriteStartArray("bbox");
        foreach (int value in (ReadOnlySpan<int>)[mask.Box.Left, mask.Box.Top, mask.Box.Width, mask.Box.Height])
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
        writer.WriteNumber("iscrowd", crowd ? 1 : 0);
        writer.WriteNumber(TurnField, turn);
        writer.WriteEndObject();
    }

    /// <summary>A mask as COCO's run lengths.</summary>
    public static void WriteRunLengths(Utf8JsonWriter writer, Mask mask)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("size");
        writer.WriteNumberValue(mask.Height);
        writer.WriteNumberValue(mask.Width);
        writer.WriteEndArray();
        writer.WriteString("counts", CocoRle.Encode(mask));
        writer.WriteEndObject();
    }
}
