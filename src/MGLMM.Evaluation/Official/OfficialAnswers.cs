using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Outputs;
using MGLMM.Evaluation.Predictions;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Official;

/// <summary>
/// Answers and truths as the official scripts of GCG and MGSC read and write them: a file an answer, <c>{image_id, caption, phrases, pred_masks}</c>, and the
/// truths as <c>NAME_caption_gt.json</c> and <c>NAME_mask_gt.json</c>. Only descriptions with masks are of that kind.
/// </summary>
internal sealed class OfficialAnswers
{
    private const string Ending = ".json";
    private const string AnswersFolder = "answers";
    private const string CaptionTruth = "_caption_gt.json";
    private const string MaskTruth = "_mask_gt.json";

    /// <summary>The truths of everything that is described; the others are parts of it.</summary>
    private const string All = "all_mgsc";

    /// <summary>The truths by their names, and what of the descriptions each holds.</summary>
    private static readonly (string Name, Func<SegCapSample, bool> Holds)[] Truths =
        [("root_mgsc", sample => sample.Task != "part"), ("subtree_mgsc", sample => sample.Task == "part"), (All, _ => true)];

    /// <summary>Digits of the hash that tells ids apart which make the same file name.</summary>
    private const int DigitsOfHash = 8;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _folder;
    private readonly Dictionary<string, string> _ids;

    private OfficialAnswers(string folder, Dictionary<string, string> ids) => (_folder, _ids) = (folder, ids);

    /// <summary>Opens a folder of answers.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="all">All samples of the file, by which the answers' files are named.</param>
    /// <param name="samples">Those of them whose answers are wanted; every description among them needs one.</param>
    /// <exception cref="FileNotFoundException">An answer is missing.</exception>
    public static OfficialAnswers Open(string folder, IReadOnlyList<SegCapSample> all, IReadOnlyList<SegCapSample> samples)
    {
        OfficialAnswers answers = new(folder, Ids(all));
        string[] wanted = [.. samples.Where(Fits).Select(answers.PathOf)];
        string[] missing = [.. wanted.Where(path => !File.Exists(path))];
        return missing.Length == 0 ? answers : throw new FileNotFoundException($"'{folder}' has no answer '{Path.GetFileName(missing[0])}'; {missing.Length} of {wanted.Length} are missing.");
    }

    /// <summary>Which samples have such answers.</summary>
    public static bool Fits(SegCapSample sample) => AnswerKinds.Describes(sample) && AnswerKinds.Of(sample) == AnswerKind.Grounded;

    /// <summary>The file of a sample's answer.</summary>
    public string PathOf(SegCapSample sample) => Path.Combine(_folder, _ids[sample.Id] + Ending);

    /// <summary>What that file holds.</summary>
    public byte[] ContentOf(SegCapSample sample) => File.ReadAllBytes(PathOf(sample));

    /// <summary>SHA-256 of a file's content, by which a kept answer is known to be what the file says.</summary>
    public static string HashOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>A text as part of a file's name: what is neither letter, digit, hyphen nor underscore of ASCII is an underscore.</summary>
    public static string Plain(string id) => string.Concat(id.Select(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' ? character : '_'));

    /// <summary>The answer to a sample.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message says where.</exception>
    public GroundedAnswer Read(SegCapSample sample) => Read(sample, ContentOf(sample));

    /// <summary>The answer to a sample, of what its file holds.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message says where.</exception>
    public GroundedAnswer Read(SegCapSample sample, byte[] content)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(content);
            JsonElement root = document.RootElement;
            string[] phrases = [.. root.GetProperty("phrases").EnumerateArray().Select(phrase => phrase.GetString()!)];
            Mask[] masks = [.. root.GetProperty("pred_masks").EnumerateArray().Select(mask => MaskOf(mask, sample))];
            GroundedAnswer answer = GroundedAnswer.FromText(Marked(root.GetProperty("caption").GetString()!, phrases, masks.Length), masks);

            // A phrase that the caption does not hold is what its mask is called all the same.
            return answer with { Segments = [.. answer.Segments.Select((segment, index) => segment.Phrase is null && index < phrases.Length ? segment with { Phrase = phrases[index] } : segment)] };
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or FormatException or InvalidOperationException or ArgumentException)
        {
            throw new InvalidDataException($"'{PathOf(sample)}' is no answer of the official form: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses a folder that holds truths that no evaluation wrote, or answers without such truths.</summary>
    /// <param name="folder">Where answers and truths are to be written.</param>
    /// <param name="given">The folder of the answers that are scored; null where a model is asked. They are not written over either.</param>
    /// <exception cref="ArgumentException">The folder is such a one.</exception>
    public static void Check(string folder, string? given)
    {
        string answers = Path.Combine(folder, AnswersFolder);
        OwnFiles.Check(answers, path => Directory.Exists(path) && (OwnFiles.IsTruth(Path.Combine(folder, All + CaptionTruth)) || !Directory.EnumerateFileSystemEntries(path).Any()));
        if (given is not null && IsSame(given, answers))
        {
            throw new ArgumentException($"'{answers}' is the folder of the answers that are scored: they are not replaced. Name another folder for the official files.");
        }

        foreach ((string name, _) in Truths)
        {
            OwnFiles.Check(Path.Combine(folder, name + CaptionTruth), OwnFiles.IsTruth);
            OwnFiles.Check(Path.Combine(folder, name + MaskTruth), OwnFiles.IsTruth);
        }
    }

    /// <summary>Writes answers and truths.</summary>
    /// <param name="folder">Where to: answers into <c>answers</c>, truths beside it.</param>
    /// <param name="all">All samples of the file, by which the files are named.</param>
    /// <param name="samples">Those of them that were asked.</param>
    /// <param name="predictions">What was answered.</param>
    /// <exception cref="ArgumentException">Files are there that no evaluation wrote; nothing was written.</exception>
    public static void Write(string folder, IReadOnlyList<SegCapSample> all, IReadOnlyList<SegCapSample> samples, PredictionStore predictions)
    {
        Check(folder, given: null);
        string answers = Path.Combine(folder, AnswersFolder);
        Directory.CreateDirectory(answers);
        Dictionary<string, string> ids = Ids(all);
        SegCapSample[] described = [.. samples.Where(Fits)];

        // The truths come first, because by them the answers are known again.
        foreach ((string name, Func<SegCapSample, bool> holds) in Truths)
        {
            if (described.Where(holds).ToArray() is { Length: > 0 } chosen)
            {
                WriteTruth(folder, name, chosen, ids);
            }
        }

        foreach (SegCapSample sample in described)
        {
            Prediction prediction = predictions.Read(sample.Id);
            WriteFile(Path.Combine(answers, ids[sample.Id] + Ending), writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("image_id", ids[sample.Id]);
                writer.WriteString("caption", AnswerText.Plain(prediction.Text));
                writer.WriteStartArray("phrases");
                foreach (string phrase in AnswerText.SaidPhrases(prediction.Text, [.. prediction.Segments.Select(segment => segment.Phrase)]))
                {
                    writer.WriteStringValue(phrase);
                }

                writer.WriteEndArray();
                writer.WriteStartArray("pred_masks");
                foreach (PredictedSegment segment in prediction.Segments)
                {
                    WriteMask(writer, segment.Segmentation);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            });
        }
    }

    private static void WriteTruth(string folder, string name, SegCapSample[] samples, Dictionary<string, string> ids)
    {
        WriteFile(Path.Combine(folder, name + CaptionTruth), writer => WriteCoco(writer, samples, ids, () =>
        {
            foreach ((int number, SegCapSample sample) in samples.Index())
            {
                writer.WriteStartObject();
                writer.WriteString("image_id", ids[sample.Id]);
                writer.WriteNumber("id", number);
                writer.WriteString("caption", AnswerText.Plain(sample.Answer));
                writer.WriteStartArray("labels");
                foreach (string label in sample.Labels)
                {
                    writer.WriteStringValue(label);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        }));
        WriteFile(Path.Combine(folder, name + MaskTruth), writer => WriteCoco(writer, samples, ids, () =>
        {
            int number = 0;
            foreach (SegCapSample sample in samples)
            {
                foreach (Mask mask in SegCapFile.MasksOf(sample))
                {
                    writer.WriteStartObject();
                    writer.WriteString("image_id", ids[sample.Id]);
                    writer.WriteNumber("id", number++);
                    writer.WriteNumber("category_id", 1);
                    writer.WriteNumber("iscrowd", 0);
                    writer.WriteNumber("area", mask.Area);
                    writer.WriteStartArray("bbox");
                    Array.ForEach([mask.Box.Left, mask.Box.Top, mask.Box.Width, mask.Box.Height], writer.WriteNumberValue);
                    writer.WriteEndArray();
                    writer.WritePropertyName("segmentation");
                    WriteMask(writer, RunLengths.Of(mask));
                    writer.WriteEndObject();
                }
            }
        }));
    }

    private static void WriteCoco(Utf8JsonWriter writer, SegCapSample[] samples, Dictionary<string, string> ids, Action annotations)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("info");
        writer.WriteString("description", OwnFiles.Description);
        writer.WriteEndObject();
        writer.WriteStartArray("images");
        foreach (SegCapSample sample in samples)
        {
            writer.WriteStartObject();
            writer.WriteString("id", ids[sample.Id]);
            writer.WriteString("file_name", sample.Image);
            writer.WriteNumber("width", sample.Width);
            writer.WriteNumber("height", sample.Height);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("annotations");
        annotations();
        writer.WriteEndArray();
        writer.WriteStartArray("categories");
        writer.WriteStartObject();
        writer.WriteNumber("id", 1);
        writer.WriteString("name", "object");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>
    /// The official id of each description, where it tells them apart and can name a file; else the sample's own, and behind it a hash of that where
    /// it would be another one's name once it can name a file. They go by all descriptions of a file: which of them are chosen changes no name.
    /// </summary>
    private static Dictionary<string, string> Ids(IReadOnlyList<SegCapSample> all)
    {
        SegCapSample[] described = [.. all.Where(Fits)];
        ILookup<string, SegCapSample> official = described.ToLookup(OfficialOrder.IdOf, StringComparer.Ordinal);
        bool HasOfficial(SegCapSample sample) => OfficialOrder.IdOf(sample) is { } id && official[id].Count() == 1 && IsPlain(id);
        Dictionary<string, string> ids = new(StringComparer.Ordinal);
        foreach (IGrouping<string, SegCapSample> same in described.GroupBy(sample => HasOfficial(sample) ? OfficialOrder.IdOf(sample) : Plain(sample.Id), StringComparer.Ordinal))
        {
            // Whose id this is comes first: as the official one, then as its own.
            SegCapSample[] owners = [.. same.OrderBy(sample => HasOfficial(sample) ? 0 : sample.Id == same.Key ? 1 : 2)];
            bool isOwned = owners.Length == 1 || HasOfficial(owners[0]) || owners[0].Id == same.Key;
            foreach ((int index, SegCapSample sample) in owners.Index())
            {
                ids.Add(sample.Id, index == 0 && isOwned ? same.Key : $"{same.Key}-{HashOf(sample.Id)}");
            }
        }

        return ids;
    }

    /// <summary>Whether two paths are one folder, links followed and, as some file systems do, without regard to case.</summary>
    private static bool IsSame(string first, string second) => string.Equals(FolderOf(first), FolderOf(second), StringComparison.OrdinalIgnoreCase);

    private static string FolderOf(string path)
    {
        string whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Directory.Exists(whole) && Directory.ResolveLinkTarget(whole, returnFinalTarget: true) is { } target ? Path.TrimEndingDirectorySeparator(target.FullName) : whole;
    }

    private static string HashOf(string id) => HashOf(Encoding.UTF8.GetBytes(id))[..DigitsOfHash];

    private static bool IsPlain(string id) => id.Length > 0 && id.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <summary>
    /// The caption with its phrases marked, each at its first place behind the one before; masks beyond the phrases stand without one. In the place of a phrase
    /// that is not there stands one without words: the caption's words stay what they are, and the k-th mask is the k-th phrase's.
    /// </summary>
    private static string Marked(string caption, string[] phrases, int masks)
    {
        (StringBuilder text, int at) = (new StringBuilder(), 0);
        for (int index = 0; index < phrases.Length; index++)
        {
            int found = PlaceOf(phrases[index], caption, at);
            text.Append(caption, at, (found < 0 ? at : found) - at).Append(" <p> ").Append(found < 0 ? string.Empty : phrases[index]).Append(" </p> ").Append(index < masks ? "[SEG] " : string.Empty);
            at = found < 0 ? at : found + phrases[index].Length;
        }

        text.Append(caption, at, caption.Length - at);
        for (int index = phrases.Length; index < masks; index++)
        {
            text.Append(" [SEG]");
        }

        return text.ToString().Trim();
    }

    /// <summary>
    /// Where a phrase stands in whole words, without an ending: marked with its ending it would be another phrase, and without it the rest of the word would be
    /// another word. -1 where it does not.
    /// </summary>
    private static int PlaceOf(string phrase, string caption, int from)
    {
        if (!string.IsNullOrWhiteSpace(phrase))
        {
            foreach ((int start, int end) in WholeWords.Of(caption, phrase, StringComparison.OrdinalIgnoreCase))
            {
                if (start >= from && end - start == phrase.Length)
                {
                    return start;
                }
            }
        }

        return -1;
    }

    private static Mask MaskOf(JsonElement mask, SegCapSample sample)
    {
        int[] size = [.. mask.GetProperty("size").EnumerateArray().Select(side => side.GetInt32())];
        return new RunLengths(size, mask.GetProperty("counts").GetString()!).ToMask(sample.Width, sample.Height);
    }

    private static void WriteMask(Utf8JsonWriter writer, RunLengths mask)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("size");
        writer.WriteNumberValue(mask.Size[0]);
        writer.WriteNumberValue(mask.Size[1]);
        writer.WriteEndArray();
        writer.WriteString("counts", mask.Counts);
        writer.WriteEndObject();
    }

    private static void WriteFile(string path, Action<Utf8JsonWriter> write)
    {
        using FileStream file = File.Create(path);
        using Utf8JsonWriter writer = new(file, Json);
        write(writer);
    }
}
