using System.Text;
using System.Text.Json;
using MGLMM.Data.Export;
using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.Import;

/// <summary>Writers: what they write is what the formats' own readers expect, and it comes back as it was, byte for byte.</summary>
public sealed class ExportTests
{
    private const string Mask = """{"size":[4,6],"counts":"48<"}""";

    /// <summary>Everything that the format can say, and words that are awkward in the others.</summary>
    private static readonly string[] Lines =
    [
        """{"id":"v1","image":"a.png","width":6,"height":4,"task":"panoptic","granularity":"panoptic","wording":"w","instruction":"Describe it.","answer":"\" There is <p> a dog </p> [SEG] and <p> a dog </p> [SEG] .","masks":[MASK,MASK],"labels":["dog","dog"],"parents":[null,null],"made_up":{"a":[1]}}""",
        """{"id":"none","image":"a.png","width":6,"height":4,"task":"question","instruction":"Is it?","answer":"No.","masks":[],"labels":[],"pair":"kind","truth":false}""",
        """{"id":"bare","version":2,"image":"sub/b.png","width":6,"height":4,"task":"part","granularity":"part","instruction":"Its parts?","answer":"Sure, [SEG] und <p>das 🌳 Rad</p> [SEG]!","masks":[MASK,MASK],"labels":["wheel","Rad"],"parents":["car","car"],"ignore":MASK,"references":["x","Sure, [SEG] und <p>das 🌳 Rad</p> [SEG]!"]}""",
        """{"id":"turns","version":2,"image":"sub/b.png","width":6,"height":4,"task":"dialogue","turns":[{"instruction":"a","answer":"<p> it </p> [SEG]","masks":[MASK],"labels":["it"]},{"instruction":"b","answer":"No <q>.","masks":[],"labels":[],"target":"none"},{"instruction":"c","answer":"<p>x</p> [SEG]","masks":[MASK],"labels":["x"],"more":1}],"regions":[{"id":"1","label":"it","mask":MASK},{"id":"2","parent":"1","label":"part","caption":"c","mask":MASK}],"source":{"dataset":"d","split":"s","ids":{"n":[1,2]}}}""",
        """{"id":"last","image":"a.png","width":6,"height":4,"task":"panoptic","instruction":"x","answer":"<p> end </p> [SEG]","masks":[{"size":[4,6],"counts":"0h0"}],"labels":["all"]}""",
    ];

    public static TheoryData<ExportFormat, string> Formats() => new()
    {
        { ExportFormat.Coco, "coco-instances" },
        { ExportFormat.Mgsc, "mgsc" },
        { ExportFormat.GranDf, "grandf" },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void There_and_back_nothing_is_lost(ExportFormat format, string kind)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("in/segcap.jsonl", string.Join('\n', Lines).Replace("MASK", Mask, StringComparison.Ordinal) + "\n");
        ExportReport report = SegCapExporter.Run(path, format, folder.PathOf("out"));
        Assert.Equal((5, 7, 7), (report.Samples, report.Questions, report.Masks));
        Assert.DoesNotContain(Directory.GetFiles(folder.PathOf("out"), "*", SearchOption.AllDirectories), file => file.EndsWith(".part", StringComparison.Ordinal));
        ImportReport back = DatasetImporter.Run(new ImportOptions { Kind = kind, Folder = folder.PathOf("out"), Output = folder.PathOf("in/back.jsonl") });
        Assert.Empty(back.LeftOut);
        (string[] expected, string[] actual) = (SegCapFile.Read(path).Select(Text).ToArray(), SegCapFile.Read(back.Output).Select(Text).ToArray());
        Assert.Equal(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_was_imported_comes_back_from_every_format(ExportFormat format, string kind)
    {
        foreach (string source in (string[])["grefcoco", "coco-panoptic", "mgsc", "dci", "llava-instruct", "reasonseg"])
        {
            using TemporaryFolder folder = new();
            ImportReport first = DatasetImporter.Run(Fixtures.Options(source, folder.PathOf("segcap.jsonl"), ImportPurpose.Evaluation));
            SegCapExporter.Run(first.Output, format, folder.PathOf("out"));
            ImportReport back = DatasetImporter.Run(new ImportOptions { Kind = kind, Folder = folder.PathOf("out"), Output = folder.PathOf("back.jsonl") });
            Assert.Equal(File.ReadAllText(first.Output), File.ReadAllText(back.Output));
        }
    }

    [Fact]
    public void Coco_files_are_as_pycocotools_reads_them()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("segcap.jsonl", string.Join('\n', Lines).Replace("MASK", Mask, StringComparison.Ordinal));
        SegCapExporter.Run(path, ExportFormat.Coco, folder.PathOf("out"));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(folder.PathOf("out/annotations/instances.json")));
        JsonElement root = json.RootElement;
        Assert.Equal([1, 2, 3, 4, 5], root.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("id").GetInt32()));
        JsonElement[] annotations = root.GetProperty("annotations").EnumerateArray().ToArray();
        Assert.Equal(Enumerable.Range(1, annotations.Length), annotations.Select(annotation => annotation.GetProperty("id").GetInt32()));
        Assert.Equal([1, 1, 3, 3, 3, 3, 4, 4, 5], annotations.Select(annotation => annotation.GetProperty("image_id").GetInt32()));
        Assert.Equal([0, 0, 0, 0, 1, 1, 0, 0, 0], annotations.Select(annotation => annotation.GetProperty("iscrowd").GetInt32()));
        Assert.Equal([1, 0, 2, 4], annotations[0].GetProperty("bbox").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal(8, annotations[0].GetProperty("area").GetInt32());
        Dictionary<int, string?> names = root.GetProperty("categories").EnumerateArray().ToDictionary(category => category.GetProperty("id").GetInt32(), category => category.GetProperty("name").GetString());
        Assert.Equal("dog", names[annotations[0].GetProperty("category_id").GetInt32()]);
        Assert.All(annotations, annotation => Assert.Equal([4, 6], annotation.GetProperty("segmentation").GetProperty("size").EnumerateArray().Select(value => value.GetInt32())));
    }

    /// <summary>Without the field that keeps what the format has no place for, the format's own reader still finds captions, phrases and masks.</summary>
    [Fact]
    public void Mgsc_and_granDf_files_say_the_same_to_readers_that_know_nothing_of_SegCap()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("segcap.jsonl", Lines[0].Replace("MASK", Mask, StringComparison.Ordinal).Replace("\\\" There", "There", StringComparison.Ordinal));
        SegCapExporter.Run(path, ExportFormat.Mgsc, folder.PathOf("mgsc"));
        SegCapExporter.Run(path, ExportFormat.GranDf, folder.PathOf("grandf"));
        foreach ((string kind, string name) in ((string, string)[])[("mgsc", "mgsc/annotations/mglmm_0000000.json"), ("grandf", "grandf/annotations/train/GranDf_HA_GCG_train.json")])
        {
            File.WriteAllText(folder.PathOf(name), File.ReadAllText(folder.PathOf(name)).Replace("\"segcap\"", "\"other\"", StringComparison.Ordinal));
            ImportReport report = DatasetImporter.Run(new ImportOptions { Kind = kind, Folder = folder.PathOf(kind), Output = folder.PathOf(kind + ".jsonl") });
            SegCapSample sample = Assert.Single(SegCapFile.Read(report.Output));
            Assert.Equal("There is <p>a dog</p> [SEG] and <p>a dog</p> [SEG] .", sample.Answer.Replace("> ", ">", StringComparison.Ordinal).Replace(" <", "<", StringComparison.Ordinal).Replace("is<", "is <", StringComparison.Ordinal).Replace("and<", "and <", StringComparison.Ordinal).Replace(">[", "> [", StringComparison.Ordinal));
            Assert.Equal(["48<", "48<"], sample.Masks.Select(mask => mask.Counts));
        }
    }

    [Theory]
    [InlineData(ExportFormat.Coco, "annotations/instances.json", "{\"images\": [], \"info\": {\"segcap\": \"segcap_images\"}}")]
    [InlineData(ExportFormat.Mgsc, "MGLMM_train_split.txt", "mglmm_sa_1.json\n")]
    [InlineData(ExportFormat.Mgsc, "annotations/mglmm_0000000.json", "[]")]
    [InlineData(ExportFormat.GranDf, "annotations/train/GranDf_HA_GCG_train.json", "[]")]
    public void Files_that_no_export_wrote_are_not_replaced(ExportFormat format, string name, string own)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("segcap.jsonl", string.Join('\n', Lines).Replace("MASK", Mask, StringComparison.Ordinal));
        string file = folder.Write("out/" + name, own);
        Assert.Contains(Path.GetFileName(name), Assert.Throws<ArgumentException>(() => SegCapExporter.Run(path, format, folder.PathOf("out"))).Message, StringComparison.Ordinal);
        Assert.Equal(own, File.ReadAllText(Assert.Single(Directory.GetFiles(folder.PathOf("out"), "*", SearchOption.AllDirectories))));

        // An earlier export is, also one that was longer.
        File.Delete(file);
        SegCapExporter.Run(path, format, folder.PathOf("out"));
        folder.Write("segcap.jsonl", Lines[0].Replace("MASK", Mask, StringComparison.Ordinal));
        Assert.Equal(1, SegCapExporter.Run(path, format, folder.PathOf("out")).Samples);
        Assert.Contains("v1", File.ReadAllText(format == ExportFormat.Mgsc ? folder.PathOf("out/annotations/mglmm_0000000.json") : file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ExportFormat.Mgsc, "There it is.")]
    [InlineData(ExportFormat.GranDf, "There it is.")]
    [InlineData(ExportFormat.Mgsc, "<p> a </p> [SEG] <p> b </p> [SEG]")]
    [InlineData(ExportFormat.GranDf, "<p> a </p> [SEG] <p> b </p> [SEG]")]
    public void A_line_of_version_1_with_a_mask_and_no_phrase_for_it_is_told_and_goes_to_Coco(ExportFormat format, string answer)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("segcap.jsonl", (Lines[4] + "\n\n" + Lines[4].Replace("\"last\"", "\"other\"", StringComparison.Ordinal).Replace("<p> end </p> [SEG]", answer, StringComparison.Ordinal)).Replace("MASK", Mask, StringComparison.Ordinal));
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => SegCapExporter.Run(path, format, folder.PathOf("out")));
        Assert.Contains("Line 3 of 'segcap.jsonl', sample 'other'", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.PathOf("out"), "*", SearchOption.AllDirectories));

        SegCapExporter.Run(path, ExportFormat.Coco, folder.PathOf("coco"));
        ImportReport back = DatasetImporter.Run(new ImportOptions { Kind = "coco-instances", Folder = folder.PathOf("coco"), Output = folder.PathOf("back.jsonl") });
        Assert.Equal(SegCapFile.Read(path).Select(Text), SegCapFile.Read(back.Output).Select(Text));
    }

    [Fact]
    public void A_damaged_file_leaves_no_export_behind()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("segcap.jsonl", Lines[1] + "\n{");
        Assert.Throws<InvalidDataException>(() => SegCapExporter.Run(path, ExportFormat.Coco, folder.PathOf("out")));
        Assert.Empty(Directory.GetFiles(folder.PathOf("out"), "*", SearchOption.AllDirectories));
    }

    private static string Text(SegCapSample sample) => Encoding.UTF8.GetString(SegCapWriter.ToUtf8(sample));
}
