using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using MGLMM.Data.Import;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;
using MGLMM.Data.Text;
using MGLMM.Masks;

namespace MGLMM.Data.Readers;

/// <summary>
/// Flickr30k Entities: five sentences a picture, whose phrases name chains of boxes. The sentences are captions; the boxes, which are no pixels,
/// stand in the regions as rectangles, one a chain, called by their first phrase.
/// </summary>
internal sealed partial class FlickrEntitiesReader : IDatasetReader
{
    private const string NotVisual = "0";
    private const int SentencesOfAPicture = 5;
    private const string Sentences = "Sentences";
    private const string Annotations = "Annotations";

    private static readonly string[] Pictures = ["../flickr30k-images", "flickr30k-images", "../flickr30k_images", "images", "../images"];

    public ImportPlan Read(ImportScope scope, CancellationToken cancellationToken)
    {
        string split = scope.SplitOr("train", "test");
        string list = scope.File($"The list of the split '{split}'", $"{split}.txt");
        string[] names = NameList.Read(list, "a picture");
        scope.NoteFilesOf([Path.Combine(scope.Folder, Sentences), Path.Combine(scope.Folder, Annotations)], "*", cancellationToken);

        return new ImportPlan(names.Length, names.Select(name => new ImportItem(log => Make(scope, name, split, log))));
    }

    private static IEnumerable<SegCapSample> Make(ImportScope scope, string name, string split, ImportLog log)
    {
        string sentencesPath = Path.Combine(scope.Folder, Sentences, name + ".txt");
        string boxesPath = Path.Combine(scope.Folder, Annotations, name + ".xml");
        if (!File.Exists(sentencesPath) || !File.Exists(boxesPath))
        {
            log.LeaveOut("the sentences or the boxes of a picture were not found", name);
            return [];
        }

        (List<(string, long?)> captions, Dictionary<string, string> phrases) = (new List<(string, long?)>(), new Dictionary<string, string>(StringComparer.Ordinal));
        string[] lines = TextFile.ReadLines(sentencesPath, out bool recoded);
        if (recoded)
        {
            log.Note("a file is no UTF-8 and was read as code page 1252", Path.GetFileName(sentencesPath));
        }

        int sentences = 0;
        foreach ((int index, string line) in lines.Index().Where(line => line.Item.Trim().Length > 0))
        {
            sentences++;
            string text = Plain(line, sentencesPath, index + 1, phrases);
            if (text.Length == 0 || !Wordings.IsPlain(text))
            {
                log.LeaveOut("a caption is empty or holds mark-up", name);
                continue;
            }

            captions.Add((text, null));
        }

        if (sentences != SentencesOfAPicture)
        {
            log.Note($"a picture has {sentences} sentences; the published ones have {SentencesOfAPicture}", name);
        }

        ((int Width, int Height) size, IReadOnlyList<SegCapRegion> regions) = Boxes(boxesPath, phrases, name, log);
        return CaptionReader.Captions(scope, name + ".jpg", size, $"{scope.Kind}-{split}-{name}", captions, split, () => SourceIds.Of("image", name), name, Pictures, regions, log);
    }

    /// <summary>A sentence without its tags; the first phrase of each chain is kept.</summary>
    private static string Plain(string line, string path, int number, Dictionary<string, string> phrases)
    {
        string plain = Tagged().Replace(line, match =>
        {
            string phrase = match.Groups["words"].Value.Trim();
            phrases.TryAdd(match.Groups["chain"].Value, phrase);
            return phrase;
        });
        return plain.Contains("[/", StringComparison.Ordinal) ? throw Fault.At(path, $"line {number}", $"'{line}' has a tag that is none of [/EN#chain/type words].") : plain.Trim();
    }

    private static ((int Width, int Height) Size, IReadOnlyList<SegCapRegion> Regions) Boxes(string path, Dictionary<string, string> phrases, string name, ImportLog log)
    {
        XElement root;
        try
        {
            using XmlReader reader = XmlReader.Create(path, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            root = XDocument.Load(reader).Root!;
        }
        catch (XmlException exception)
        {
            throw Fault.At(path, null, "this is no XML that can be read: " + exception.Message, exception);
        }

        (int width, int height) = (Number(root.Element("size"), "width", path), Number(root.Element("size"), "height", path));
        if (width is < 1 or > 1 << 16 || height is < 1 or > 1 << 16)
        {
            throw Fault.At(path, "size", $"its picture cannot be {width}x{height}.");
        }

        SortedDictionary<string, Mask> chains = new(StringComparer.Ordinal);
        foreach ((int index, XElement entity) in root.Elements("object").Index())
        {
            if (entity.Element("bndbox") is not { } box)
            {
                continue;
            }

            string place = $"object[{index}]";
            (int left, int top, int right, int bottom) = (Number(box, "xmin", path, place), Number(box, "ymin", path, place), Number(box, "xmax", path, place), Number(box, "ymax", path, place));

            // The corners are pixels, counted from 1, as in Pascal VOC; both are inside.
            Mask mask = Mask.FromRectangle(width, height, new PixelBox(Math.Clamp(left - 1, 0, width), Math.Clamp(top - 1, 0, height), Math.Clamp(right, 0, width), Math.Clamp(bottom, 0, height)));
            if (mask.IsEmpty)
            {
                log.LeaveOut("a box has no pixel of its picture", $"{name}, {place}");
                continue;
            }

            string[] named = [.. entity.Elements("name").Select(element => element.Value.Trim()).Where(chain => chain.Length > 0 && chain != NotVisual).Distinct(StringComparer.Ordinal)];
            if (!Array.Exists(named, phrases.ContainsKey))
            {
                log.LeaveOut("a box is of no phrase of the sentences", $"{name}, {place}");
            }

            foreach (string chain in named)
            {
                chains[chain] = chains.TryGetValue(chain, out Mask? known) ? known.Union(mask) : mask;
            }
        }

        return ((width, height), [.. chains.Where(chain => phrases.ContainsKey(chain.Key)).Select(chain => new SegCapRegion { Id = chain.Key, Label = phrases[chain.Key], Mask = RunLengths.Of(chain.Value) })]);
    }

    private static int Number(XElement? parent, string name, string path, string place = "size") =>
        parent?.Element(name) is { } element && int.TryParse(element.Value.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && Math.Abs((long)number) < 1 << 30
            ? number
            : throw Fault.At(path, $"{place}.{name}", "it is missing or no whole number.");

    [GeneratedRegex(@"\[/EN#(?<chain>\d+)(?:/[^\s\]]+)+\s(?<words>[^\]]*)\]")]
    private static partial Regex Tagged();
}
