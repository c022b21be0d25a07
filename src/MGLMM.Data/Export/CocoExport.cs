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
        CocoWriter coco = new(writer);
        coco.WriteHead("SegCap samples; every sample is an image of its own.", info => info.WriteString(PicturesField, target.Pictures));
        writer.WriteStartArray("images");
        foreach ((int index, SegCapSample sample) in samples().Index())
        {
            coco.WriteImage(index + 1, sample.Image, sample.Width, sample.Height, image => ExportedSample.Write(image, ExportedSample.Rest(sample)));
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
            WriteAnnotations(coco, sample, index + 1, categories, ref number);
            writer.Flush();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("categories");
        foreach ((string label, int id) in categories)
        {
            coco.WriteCategory(id, label, "segcap");
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteAnnotations(CocoWriter coco, SegCapSample sample, int image, Dictionary<string, int> categories, ref long number)
    {
        foreach ((int turn, SegCapSample question) in ExportedSample.Questions(sample))
        {
            foreach ((RunLengths run, string label) in question.Masks.Zip(question.Labels))
            {
                WriteAnnotation(coco, ++number, image, categories[label], run.ToMask(sample.Width, sample.Height), crowd: false, turn);
            }

            if (question.Ignore?.ToMask(sample.Width, sample.Height) is { } ignore)
            {
                foreach (string? label in question.Labels.Distinct(StringComparer.Ordinal))
                {
                    WriteAnnotation(coco, ++number, image, categories[label], ignore, crowd: true, turn);
                }
            }
        }
    }

    private static void WriteAnnotation(CocoWriter coco, long id, int image, int category, Mask mask, bool crowd, int turn) =>
        coco.WriteAnnotation(new CocoAnnotation(image, category, mask) { Id = id, IsCrowd = crowd }, annotation => annotation.WriteNumber(TurnField, turn));
}
