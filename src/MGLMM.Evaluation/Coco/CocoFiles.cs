using System.Text.Encodings.Web;
using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Outputs;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Coco;

/// <summary>
/// Truth and answers as pycocotools' <c>COCO(...)</c> and <c>loadRes(...)</c> read them. Every sample is an image of its own, because several
/// samples ask different things about one picture; <c>task</c> and <c>sample</c> of an image say which it is.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>annotations.json</c>, <c>results.json</c>: masks of samples that want masks, or want none, with ids from 1. Results carry no boxes,
/// because loadRes would then take their areas for the masks'; every score is 1 and every category 1, as in the official evaluation; <c>label</c> says what a mask is called, the same in both for labels of the same words, null where its phrase
/// names no label of the file. What a sample does not count is in the truth as crowds (<c>iscrowd</c> 1), void as one without a label.</item>
/// <item><c>caption_annotations.json</c>, <c>caption_results.json</c>: texts of samples that describe, for COCO's caption evaluation; of several right answers all.</item>
/// </list>
/// </remarks>
internal static class CocoFiles
{
    /// <summary>The one category that the official evaluation has, so that COCOeval's defaults give the AP50 that is printed; labels stand beside it.</summary>
    private const string Category = "object";

    private const string Truth = "annotations.json";
    private const string Results = "results.json";
    private const string CaptionTruth = "caption_annotations.json";
    private const string CaptionResults = "caption_results.json";

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Each list of results after the truth that it belongs to: a list cannot say who wrote it, and is known by that.</summary>
    private static readonly (string Truth, string Results)[] Pairs = [(Truth, Results), (CaptionTruth, CaptionResults)];

    /// <summary>Refuses a folder with files of these names that no evaluation wrote.</summary>
    /// <param name="folder">Where they are to be written.</param>
    /// <exception cref="ArgumentException">There is one.</exception>
    public static void Check(string folder)
    {
        foreach ((string truth, string results) in Pairs)
        {
            OwnFiles.Check(Path.Combine(folder, truth), OwnFiles.IsTruth);
            OwnFiles.Check(Path.Combine(folder, results), path => File.Exists(path) && OwnFiles.IsTruth(Path.Combine(folder, truth)));
        }
    }

    /// <summary>Writes the files; those without content are left out and those of an earlier run deleted, for loadRes cannot read an empty list.</summary>
    /// <param name="folder">Made where it is not there.</param>
    /// <param name="samples">What was asked, in the order of the images' ids.</param>
    /// <param name="imageOf">Names a sample's picture.</param>
    /// <param name="predictions">What was answered.</param>
    /// <param name="withCrowds">Whether the truth has what samples do not count; without, it is background.</param>
    /// <exception cref="ArgumentException">A file of these names is there that no evaluation wrote; nothing was written.</exception>
    public static void Write(string folder, IReadOnlyList<SegCapSample> samples, Func<SegCapSample, string> imageOf, PredictionStore predictions, bool withCrowds)
    {
        Check(folder);
        Directory.CreateDirectory(folder);
        foreach ((string truth, string results) in Pairs)
        {
            // In this order, so that results never lie there without their truth.
            File.Delete(Path.Combine(folder, results));
            File.Delete(Path.Combine(folder, truth));
        }

        List<(int Id, SegCapSample Sample)> masks = Numbered(samples, sample => AnswerKinds.Of(sample) is AnswerKind.Grounded or AnswerKind.Nothing);
        if (masks.Count > 0)
        {
            LabelVocabulary labels = new(masks.SelectMany(entry => entry.Sample.Labels));
            WriteFile(folder, Truth, writer => WriteTruth(writer, masks, labels, imageOf, withCrowds));
            if (masks.Exists(entry => predictions.Read(entry.Sample.Id).Segments.Count > 0))
            {
                WriteFile(folder, Results, writer => WriteResults(writer, masks, predictions, labels));
            }
        }

        List<(int Id, SegCapSample Sample)> captions = Numbered(samples, AnswerKinds.Describes);
        if (captions.Count > 0)
        {
            WriteFile(folder, CaptionTruth, writer => WriteReferences(writer, captions, imageOf));
            WriteFile(folder, CaptionResults, writer => WriteCaptions(writer, captions, predictions));
        }
    }

    private static List<(int Id, SegCapSample Sample)> Numbered(IReadOnlyList<SegCapSample> samples, Func<SegCapSample, bool> wanted) =>
        [.. samples.Where(wanted).Select((sample, index) => (index + 1, sample))];

    private static void WriteFile(string folder, string name, Action<Utf8JsonWriter> write)
    {
        using FileStream file = File.Create(Path.Combine(folder, name));
        using Utf8JsonWriter writer = new(file, Json);
        write(writer);
    }

    private static void WriteTruth(Utf8JsonWriter writer, List<(int Id, SegCapSample Sample)> samples, LabelVocabulary labels, Func<SegCapSample, string> imageOf, bool withCrowds)
    {
        CocoWriter coco = new(writer);
        writer.WriteStartObject();
        WriteHead(coco, samples, imageOf);
        writer.WriteStartArray("categories");
        coco.WriteCategory(1, Category, "segcap");
        writer.WriteEndArray();
        writer.WriteStartArray("annotations");
        int number = 0;
        foreach ((int id, SegCapSample sample) in samples)
        {
            foreach ((Mask mask, string label) in SegCapFile.MasksOf(sample).Zip(sample.Labels))
            {
                coco.WriteAnnotation(new CocoAnnotation(id, 1, mask) { Id = ++number }, annotation => annotation.WriteString("label", labels.OfTruth(label)));
            }

            foreach ((Mask mask, string? label) in withCrowds ? UncountedParts.Of(sample).AsCrowds : [])
            {
                coco.WriteAnnotation(new CocoAnnotation(id, 1, mask) { Id = ++number, IsCrowd = true }, annotation => annotation.WriteString("label", label is null ? null : labels.OfTruth(label)));
            }

            writer.Flush();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteResults(Utf8JsonWriter writer, List<(int Id, SegCapSample Sample)> samples, PredictionStore predictions, LabelVocabulary labels)
    {
        CocoWriter coco = new(writer);
        writer.WriteStartArray();
        foreach ((int id, SegCapSample sample) in samples)
        {
            foreach ((Mask? mask, string? phrase) in predictions.Read(sample.Id).Masks(sample))
            {
                coco.WriteAnnotation(new CocoAnnotation(id, 1, mask) { Score = 1.0 }, result => result.WriteString("label", labels.Of(phrase)));
            }

            writer.Flush();
        }

        writer.WriteEndArray();
    }

    private static void WriteReferences(Utf8JsonWriter writer, List<(int Id, SegCapSample Sample)> samples, Func<SegCapSample, string> imageOf)
    {
        writer.WriteStartObject();
        WriteHead(new CocoWriter(writer), samples, imageOf);
        writer.WriteStartArray("annotations");
        int number = 0;
        foreach ((int id, SegCapSample sample) in samples)
        {
            foreach (string reference in Descriptions.RightAnswers(sample))
            {
                writer.WriteStartObject();
                writer.WriteNumber("id", ++number);
                WriteCaption(writer, id, reference);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteCaptions(Utf8JsonWriter writer, List<(int Id, SegCapSample Sample)> samples, PredictionStore predictions)
    {
        writer.WriteStartArray();
        foreach ((int id, SegCapSample sample) in samples)
        {
            writer.WriteStartObject();
            WriteCaption(writer, id, predictions.Read(sample.Id).Text);
        }

        writer.WriteEndArray();
    }

    private static void WriteCaption(Utf8JsonWriter writer, int image, string text)
    {
        writer.WriteNumber("image_id", image);
        writer.WriteString("caption", AnswerText.Plain(text));
        writer.WriteEndObject();
    }

    private static void WriteHead(CocoWriter coco, List<(int Id, SegCapSample Sample)> samples, Func<SegCapSample, string> imageOf)
    {
        coco.WriteHead(OwnFiles.Description);
        coco.Json.WriteStartArray("images");
        foreach ((int id, SegCapSample sample) in samples)
        {
            coco.WriteImage(id, imageOf(sample), sample.Width, sample.Height, image =>
            {
                image.WriteString("task", sample.Task);
                image.WriteString("sample", sample.Id);
            });
        }

        coco.Json.WriteEndArray();
    }
}
