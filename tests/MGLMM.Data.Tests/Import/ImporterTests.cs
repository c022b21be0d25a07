using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MGLMM.Data.Export;
using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.Import;

/// <summary>Stopping, going on, limits, and what is said of wrong options.</summary>
public sealed class ImporterTests
{
    private const int Pictures = 1000;

    /// <summary>A sample that says of no data set.</summary>
    private const string Own =
        "{\"id\":\"1\",\"image\":\"a.png\",\"width\":6,\"height\":4,\"task\":\"panoptic\",\"instruction\":\"x\",\"answer\":\"<p> a </p> [SEG]\",\"masks\":[{\"size\":[4,6],\"counts\":\"48<\"}],\"labels\":[\"a\"]}\n";

    [Fact]
    public void An_import_that_was_stopped_goes_on_and_gives_the_same_bytes()
    {
        using TemporaryFolder folder = new();
        WriteInstances(folder);
        ImportReport whole = DatasetImporter.Run(Options(folder, "whole.jsonl"));
        Assert.Equal((Pictures, 0L, Pictures / 10), (whole.Samples + LeftOut(whole), whole.Resumed, LeftOut(whole)));
        foreach (int stopAt in (int[])[1, 150, 399, 650])
        {
            ImportOptions options = Options(folder, $"stopped-{stopAt}.jsonl");
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => DatasetImporter.Run(options, new StopAt(stop, stopAt), stop.Token));
            Assert.False(File.Exists(options.Output));
            ImportReport report = DatasetImporter.Run(options);
            Assert.Equal(stopAt - (stopAt / 10), report.Resumed);
            Assert.Equal(File.ReadAllBytes(whole.Output), File.ReadAllBytes(report.Output));
            Assert.Equal((whole.Samples, whole.Questions, whole.Masks, LeftOut(whole)), (report.Samples, report.Questions, report.Masks, LeftOut(report)));
            Assert.False(File.Exists(options.Output + ".part"));
            Assert.False(File.Exists(options.Output + ".part.json"));
        }
    }

    [Fact]
    public void What_a_killed_run_left_beyond_its_last_state_is_written_again()
    {
        using TemporaryFolder folder = new();
        WriteInstances(folder);
        ImportReport whole = DatasetImporter.Run(Options(folder, "whole.jsonl"));
        ImportOptions options = Options(folder, "killed.jsonl");
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => DatasetImporter.Run(options, new StopAt(stop, 300), stop.Token));
        File.AppendAllText(options.Output + ".part", "{\"id\":\"cut off with the mach");
        Assert.Equal(270, DatasetImporter.Run(options).Resumed);
        Assert.Equal(File.ReadAllBytes(whole.Output), File.ReadAllBytes(options.Output));
    }

    [Fact]
    public void Another_import_does_not_go_on_from_there()
    {
        using TemporaryFolder folder = new();
        WriteInstances(folder);
        ImportOptions options = Options(folder, "stopped.jsonl");
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => DatasetImporter.Run(options, new StopAt(stop, 300), stop.Token));
        Assert.Equal(0, DatasetImporter.Run(options with { Seed = 1 }).Resumed);
    }

    [Fact]
    public void Data_that_are_exchanged_behind_a_link_are_another_import()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there.");
        using TemporaryFolder folder = new();
        WriteInstances(folder);
        string file = Directory.GetFiles(folder.Location, "*.json", SearchOption.AllDirectories).Single();
        string behind = folder.PathOf("behind.data");
        File.Move(file, behind);
        File.CreateSymbolicLink(file, behind);
        ImportOptions options = Options(folder, "stopped.jsonl");
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => DatasetImporter.Run(options, new StopAt(stop, 300), stop.Token));
        File.SetLastWriteTimeUtc(behind, DateTime.UnixEpoch);
        Assert.Equal(0, DatasetImporter.Run(options).Resumed);
    }

    /// <summary>The state of a stopped import lies among the data, and sorts before them.</summary>
    [Theory]
    [InlineData("sa1b", "sa_000000/sa_1.json", "sa_000000/sa_2.json", "sa_.jsonl")]
    [InlineData("dci", "val/sa_1.json", "val/sa_2.json", "val/a.jsonl")]
    [InlineData("reasonseg", "val/102_aaaaaaaa_o.json", "val/103_bbbbbbbb_o.json", "val/a.jsonl")]
    public void What_an_import_keeps_among_the_data_is_no_data(string kind, string file, string copy, string output)
    {
        using TemporaryFolder folder = new();
        ImportOptions options = Copied(folder, kind, file, copy);
        ImportReport whole = DatasetImporter.Run(options);
        Assert.True(whole.Samples > 1);

        // Another import that was stopped there is no data either.
        foreach (string name in (string[])[output, output.Replace(".jsonl", "0.jsonl", StringComparison.Ordinal)])
        {
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => DatasetImporter.Run(options with { Output = Path.Combine(options.Folder, name) }, new StopAt(stop, 1), stop.Token));
        }

        ImportReport report = DatasetImporter.Run(options with { Output = Path.Combine(options.Folder, output) });
        Assert.Equal((1, LeftOut(whole)), (report.Resumed, LeftOut(report)));
        Assert.Equal(
            SegCapFile.Read(whole.Output).Select(sample => (sample.Id, Masks(sample))),
            SegCapFile.Read(report.Output).Select(sample => (sample.Id, Masks(sample))));

        static string Masks(SegCapSample sample) => string.Join(' ', sample.Questions().SelectMany(question => question.Masks).Select(mask => mask.Counts));
    }

    /// <summary>A file that sorts before those that are done moves all of them.</summary>
    [Theory]
    [InlineData("sa1b", "sa_000000/sa_1.json", "sa_000000/sa_2.json", "sa_000000/sa_0.json")]
    [InlineData("dci", "val/sa_1.json", "val/sa_2.json", "val/sa_0.json")]
    [InlineData("reasonseg", "val/102_aaaaaaaa_o.json", "val/103_bbbbbbbb_o.json", "val/101_bbbbbbbb_o.json")]
    [InlineData("ade20k", "annotations/validation/ADE_val_00000001.png", "annotations/validation/ADE_val_00000002.png", "annotations/validation/ADE_val_00000000.png")]
    public void Data_that_came_since_begin_the_import_anew(string kind, string file, string copy, string added)
    {
        using TemporaryFolder folder = new();
        AssertBegunAnew(folder, Copied(folder, kind, file, copy), stopAt: 1, copy, added);
    }

    /// <summary>Of files that a list names, and that are read when their turn comes, one came that was left out.</summary>
    [Theory]
    [InlineData("coco-panoptic", "annotations/panoptic_val2017/000000000139.png", "annotations/panoptic_val2017/1.png")]
    [InlineData("flickr30k-entities", "Sentences/1000092795.txt", "Sentences/0.txt")]
    [InlineData("flickr30k-entities", "Annotations/1000092795.xml", "Annotations/0.xml")]
    [InlineData("mgsc", "annotations/mglmm_sa_1.json", "annotations/0.json")]
    public void A_named_file_that_came_since_begins_the_import_anew(string kind, string file, string added)
    {
        using TemporaryFolder folder = new();
        ImportOptions options = Copied(folder, kind, string.Empty, string.Empty);
        switch (kind)
        {
            case "coco-panoptic":
                ListTwoMore(Path.Combine(options.Folder, "annotations/panoptic_val2017.json"));
                break;
            case "mgsc":
                File.WriteAllText(Path.Combine(options.Folder, "MGLMM_val_split.txt"), "0.json\nmglmm_sa_1.json\n9.json\n");
                break;
            default:
                File.WriteAllText(Path.Combine(options.Folder, "test.txt"), "0\n1000092795\n9\n");
                foreach (string other in ((string[])["Sentences/1000092795.txt", "Annotations/1000092795.xml"]).Where(other => other != file))
                {
                    File.Copy(Path.Combine(options.Folder, other), Path.Combine(options.Folder, other.Replace("1000092795", "0", StringComparison.Ordinal)));
                }

                break;
        }

        AssertBegunAnew(folder, options, stopAt: 2, file, added);
    }

    /// <summary>Stops an import, adds a file, and runs it again: it goes on with nothing, and gives what a whole one gives.</summary>
    private static void AssertBegunAnew(TemporaryFolder folder, ImportOptions options, int stopAt, string copied, string added)
    {
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => DatasetImporter.Run(options, new StopAt(stop, stopAt), stop.Token));
        File.Copy(Path.Combine(options.Folder, copied), Path.Combine(options.Folder, added));
        ImportReport report = DatasetImporter.Run(options);
        Assert.Equal(0, report.Resumed);
        Assert.Equal(File.ReadAllBytes(DatasetImporter.Run(options with { Output = folder.PathOf("whole.jsonl") }).Output), File.ReadAllBytes(report.Output));
    }

    /// <summary>There may be millions of them: their names decide what is imported, and none is looked at before its turn.</summary>
    [Fact]
    public void Of_files_that_are_listed_names_alone_decide_whether_an_import_goes_on()
    {
        using TemporaryFolder folder = new();
        ImportOptions options = Copied(folder, "sa1b", "sa_000000/sa_1.json", "sa_000000/sa_2.json");
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => DatasetImporter.Run(options, new StopAt(stop, 1), stop.Token));
        File.SetLastWriteTimeUtc(Path.Combine(options.Folder, "sa_000000/sa_2.json"), DateTime.UnixEpoch);
        folder.Write("data/notes.txt", "no data");
        Assert.Equal(1, DatasetImporter.Run(options).Resumed);
    }

    [Fact]
    public void Listing_files_is_told_and_can_be_stopped()
    {
        using TemporaryFolder folder = new();
        ImportOptions options = Copied(folder, "sa1b", "sa_000000/sa_1.json", "sa_000000/sa_2.json");
        using CancellationTokenSource stop = new();
        Assert.Throws<OperationCanceledException>(() => DatasetImporter.Run(options, new StopAt(stop, 1, "listing data"), stop.Token));
        Assert.False(File.Exists(options.Output + ".part"));
    }

    [Fact]
    public void A_folder_without_such_files_is_told_with_what_was_looked_for()
    {
        using TemporaryFolder folder = new();
        folder.Write("other.json", "{}");
        ImportOptions options = new() { Kind = "sa1b", Folder = folder.Location, Output = folder.PathOf("x.jsonl") };
        Assert.Contains("sa_*.json", Assert.Throws<FileNotFoundException>(() => DatasetImporter.Run(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my own notes")]
    [InlineData("{\"images\": []}\n")]
    [InlineData("{\"id\":\"1\",\"image\":\"a.png\",\"width\":1,\"height\":1,\"task\":\"question\",\"instruction\":\"x\",\"answer\":\"y\",\"masks\":[],\"labels\":[]}\n")]
    [InlineData("{\"id\":\"1\",\"version\":2,\"image\":\"a.png\",\"width\":1,\"height\":1,\"task\":\"question\",\"instruction\":\"x\",\"answer\":\"y\",\"masks\":[],\"labels\":[],\"source\":{\"dataset\":\"annotate\"}}\n")]
    [InlineData("{\"id\":\"1\",\"version\":2,\"image\":\"a.png\",\"width\":1,\"height\":1,\"task\":\"question\",\"instruction\":\"x\",\"answer\":\"y\",\"masks\":[],\"labels\":[],\"source\":{\"dataset\":\"refcoco\"}}\n")]
    [InlineData("[{}\t\n")]
    [InlineData("")]
    public void A_file_that_no_import_wrote_is_not_replaced(string own)
    {
        using TemporaryFolder folder = new();
        WriteInstances(folder);
        ImportOptions options = Options(folder, "out.jsonl") with { Limit = 3 };
        folder.Write("out.jsonl", own);
        Assert.Contains("out.jsonl", Assert.Throws<ArgumentException>(() => DatasetImporter.Run(options)).Message, StringComparison.Ordinal);
        Assert.Equal(own, File.ReadAllText(options.Output));
        Assert.Equal(["out.jsonl"], Directory.GetFiles(folder.Location).Select(Path.GetFileName));

        // This shows before the data set is read.
        folder.Write("annotations/instances_val2017.json", "damaged");
        Assert.Throws<ArgumentException>(() => DatasetImporter.Run(options));
    }

    [Fact]
    public void What_somebody_wrote_on_behind_an_imports_output_is_not_replaced()
    {
        using TemporaryFolder folder = new();
        WriteInstances(folder);
        ImportOptions options = Options(folder, "out.jsonl") with { Limit = 3 };
        DatasetImporter.Run(options);
        File.AppendAllText(options.Output, Own);
        Assert.Throws<ArgumentException>(() => DatasetImporter.Run(options));
        Assert.Equal(4, SegCapFile.Read(options.Output).Count);
    }

    /// <summary>What samples come from stays theirs when they are imported: an output is known whatever that is, also where the data have changed since.</summary>
    [Theory]
    [InlineData("segcap", null)]
    [InlineData("coco-instances", ExportFormat.Coco)]
    [InlineData("mgsc", ExportFormat.Mgsc)]
    [InlineData("grandf", ExportFormat.GranDf)]
    public void A_command_can_be_repeated_whatever_its_samples_come_from(string kind, ExportFormat? format)
    {
        foreach (string source in (string[])["", ",\"version\":2,\"source\":{\"dataset\":\"annotate\"}", ",\"version\":2,\"source\":{\"dataset\":\"drawn-mgsc\"}"])
        {
            using TemporaryFolder folder = new();
            ImportOptions options = new() { Kind = kind, Folder = folder.PathOf("given"), Output = folder.PathOf("back.jsonl") };
            foreach (string id in (string[])["1", "1", "2"])
            {
                string given = folder.Write("given/segcap.jsonl", Own.Replace("\"id\":\"1\"", $"\"id\":\"{id}\"{source}", StringComparison.Ordinal));
                if (format is not null)
                {
                    SegCapExporter.Run(given, format.Value, options.Folder);
                }

                DatasetImporter.Run(options);
                Assert.Equal(id, Assert.Single(SegCapFile.Read(options.Output)).Id);
            }
        }
    }

    [Fact]
    public void An_import_replaces_what_an_import_wrote()
    {
        using TemporaryFolder folder = new();
        WriteInstances(folder);
        ImportOptions options = Options(folder, "out.jsonl");
        Assert.Equal(3, DatasetImporter.Run(options with { Limit = 3 }).Samples);
        Assert.Equal(5, DatasetImporter.Run(options with { Limit = 5 }).Samples);
        Assert.Equal(5, SegCapFile.Read(options.Output).Count);
    }

    [Fact]
    public void A_limit_takes_the_first_samples()
    {
        using TemporaryFolder folder = new();
        WriteInstances(folder);
        IReadOnlyList<SegCapSample> all = SegCapFile.Read(DatasetImporter.Run(Options(folder, "all.jsonl")).Output);
        IReadOnlyList<SegCapSample> some = SegCapFile.Read(DatasetImporter.Run(Options(folder, "some.jsonl") with { Limit = 7 }).Output);
        Assert.Equal(all.Take(7).Select(sample => sample.Id), some.Select(sample => sample.Id));
    }

    [Fact]
    public void A_picture_is_named_relative_to_the_output_and_found_where_images_says()
    {
        using TemporaryFolder folder = new();
        WriteInstances(folder);
        Directory.CreateDirectory(folder.PathOf("elsewhere"));
        File.WriteAllBytes(folder.PathOf("elsewhere/1.jpg"), []);
        ImportReport report = DatasetImporter.Run(Options(folder, "out/segcap.jsonl") with { Images = folder.PathOf("elsewhere"), Limit = 2 });
        Assert.Equal(["../elsewhere/1.jpg", "../elsewhere/2.jpg"], SegCapFile.Read(report.Output).Select(sample => sample.Image));
        Assert.Equal(("2.jpg", 1L), (Assert.Single(report.Notes).Places[0], report.Notes[0].Count));
    }

    [Theory]
    [InlineData("voc", "There is no kind of data set 'voc'; there are coco-instances")]
    public void A_kind_that_is_none_is_told(string kind, string said)
    {
        using TemporaryFolder folder = new();
        Assert.Contains(said, Assert.Throws<ArgumentException>(() => DatasetImporter.Run(Options(folder, "x.jsonl") with { Kind = kind })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_split_or_splitter_is_told_with_what_there_is()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("annotations/instances_val2017.json", Assert.Throws<FileNotFoundException>(() => DatasetImporter.Run(Options(folder, "x.jsonl"))).Message.Replace('\\', '/'), StringComparison.Ordinal);
        ImportOptions refer = Fixtures.Options("refcoco", folder.PathOf("x.jsonl"), ImportPurpose.Evaluation);
        Assert.Contains("it has testAB, train, val", Assert.Throws<InvalidDataException>(() => DatasetImporter.Run(refer with { Split = "tset" })).Message, StringComparison.Ordinal);
        Assert.Contains("refcoco was split by unc and by google", Assert.Throws<ArgumentException>(() => DatasetImporter.Run(refer with { SplitBy = "umd" })).Message, StringComparison.Ordinal);
    }

    /// <summary>DCI as its authors lay it out: all annotations in one folder, and a file that says which are of which split.</summary>
    [Fact]
    public void Annotations_that_lie_together_are_taken_by_the_list_of_their_split()
    {
        using TemporaryFolder folder = new();
        string annotation = File.ReadAllText(Path.Combine(Fixtures.PathOf("dci"), "val/sa_1.json"));
        foreach (string name in (string[])["sa_1", "sa_2", "sa_3", "sa_4"])
        {
            folder.Write($"data/annotations/{name}.json", annotation);
        }

        ImportOptions options = Options(folder, "out.jsonl") with { Kind = "dci", Folder = folder.PathOf("data"), Purpose = ImportPurpose.Training };
        Assert.Contains("splits.json", Assert.Throws<FileNotFoundException>(() => DatasetImporter.Run(options)).Message, StringComparison.Ordinal);

        folder.Write("data/splits.json", """{"train": ["sa_3.json", "sa_1.json"], "valid": ["sa_2.json", "sa_9.json"], "test": ["sa_4.json"]}""");
        Assert.Equal(["dci-train-sa_1", "dci-train-sa_3"], Ids(options));
        Assert.Equal(["dci-test-sa_4"], Ids(options with { Split = "test" }));
        Assert.Equal(["dci-val-sa_2"], Ids(options with { Purpose = ImportPurpose.Evaluation }));
        Assert.Equal(["sa_9.json"], Assert.Single(DatasetImporter.Run(options with { Split = "valid" }).LeftOut, remark => remark.Reason == "a picture of the split has no annotations").Places);
        Assert.Contains("'tset'; it has train, valid, test", Assert.Throws<InvalidDataException>(() => DatasetImporter.Run(options with { Split = "tset" })).Message, StringComparison.Ordinal);

        static IEnumerable<string> Ids(ImportOptions options) => SegCapFile.Read(DatasetImporter.Run(options).Output).Select(sample => sample.Id);
    }

    [Theory]
    [InlineData("coco-instances", "instances")]
    [InlineData("coco-panoptic", "panoptic")]
    [InlineData("coco-captions", "captions")]
    public void A_file_that_says_of_no_split_is_taken_whole_and_that_is_told(string kind, string stem)
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.PathOf("annotations"));
        File.Copy(Path.Combine(Fixtures.PathOf(kind), $"annotations/{stem}_val2017.json"), folder.PathOf($"annotations/{stem}.json"));
        if (Path.Combine(Fixtures.PathOf(kind), $"annotations/{stem}_val2017") is var pixels && Directory.Exists(pixels))
        {
            Directory.CreateDirectory(folder.PathOf($"annotations/{stem}"));
            Array.ForEach(Directory.GetFiles(pixels), file => File.Copy(file, folder.PathOf($"annotations/{stem}/{Path.GetFileName(file)}")));
        }

        ImportOptions options = Options(folder, "out.jsonl") with { Kind = kind, Split = "test" };
        ImportRemark told = Assert.Single(DatasetImporter.Run(options).Notes, remark => remark.Reason == "a file has no word on splits: all of it is taken as 'test'");
        Assert.Equal([$"{stem}.json"], told.Places);
        Assert.DoesNotContain(DatasetImporter.Run(options with { Split = null }).Notes, remark => remark.Reason.Contains("splits", StringComparison.Ordinal));
    }

    /// <summary>Annotations without an outline, as tools write them for a mere box; ids as programs write whole numbers that went through a table.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(",\"segmentation\":null")]
    [InlineData(",\"segmentation\":[]")]
    [InlineData(",\"segmentation\":[[]]")]
    [InlineData(",\"segmentation\":[[3,4]]")]
    [InlineData(",\"segmentation\":[[],[3,4]]")]
    [InlineData(",\"segmentation\":[3,4]")]
    public void An_annotation_without_an_outline_is_left_out_and_counted(string segmentation)
    {
        using TemporaryFolder folder = new();
        folder.Write("annotations/instances_val2017.json", $$"""
            {"images":[{"id":1,"file_name":"1.jpg","width":20,"height":10}],"categories":[{"id":1,"name":"thing"}],
             "annotations":[{"id":1.0,"image_id":1.0,"category_id":1{{segmentation}}},{"id":2.0,"image_id":1,"category_id":1,"segmentation":[[],[1,1,9,1,5,8]]}]}
            """);
        ImportReport report = DatasetImporter.Run(Options(folder, "out.jsonl"));
        Assert.Equal((1, 1), (report.Samples, report.Masks));
        Assert.Equal(("an annotation has no pixel", "picture 1, annotations[0]"), (Assert.Single(report.LeftOut).Reason, report.LeftOut[0].Places[0]));
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("\"1\"")]
    public void A_number_of_a_picture_that_is_none_is_told(string number)
    {
        using TemporaryFolder folder = new();
        folder.Write("annotations/instances_val2017.json", $$"""{"images":[{"id":1,"file_name":"1.jpg","width":20,"height":10}],"annotations":[{"id":1,"image_id":{{number}}}]}""");
        Assert.Contains("annotations[0].image_id: it is no whole number", Assert.Throws<InvalidDataException>(() => DatasetImporter.Run(Options(folder, "out.jsonl"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_of_granDf_are_found_where_GLaMMs_authors_put_them()
    {
        using TemporaryFolder folder = new();
        string fixture = Fixtures.PathOf("grandf");
        foreach (string source in Directory.GetFiles(Path.Combine(fixture, "annotations"), "*", SearchOption.AllDirectories))
        {
            folder.Write("GranDf/" + Path.GetRelativePath(fixture, source).Replace('\\', '/'), File.ReadAllText(source));
        }

        byte[] picture = File.ReadAllBytes(Path.Combine(fixture, "GranDf_HA_images/val_test/sa_2.jpg"));
        string[] pictures =
        [
            "GranDf_HA_images/train/sa_10010541.jpg", "GranDf_HA_images/val_test/sa_2.jpg", "coco_2017/train2017/000000000139.jpg", "coco_2014/train2014/COCO_train2014_000000000450.jpg",
            "flikcr_30k/train/1000092795.jpg", "flikcr_30k/train/2.jpg",
        ];
        foreach (string name in pictures)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.PathOf(name))!);
            folder.Write(name, picture);
        }

        ImportReport evaluation = DatasetImporter.Run(Fixtures.Options("grandf", folder.PathOf("val.jsonl"), ImportPurpose.Evaluation, folder.PathOf("GranDf")));
        ImportReport training = DatasetImporter.Run(Fixtures.Options("grandf", folder.PathOf("train.jsonl"), ImportPurpose.Training, folder.PathOf("GranDf")));
        IEnumerable<string> found = SegCapFile.Read(evaluation.Output).Concat(SegCapFile.Read(training.Output)).Select(sample => sample.Image);
        Assert.Superset(found.ToHashSet(), pictures.ToHashSet());
        Assert.Equal(4, found.Select(name => name.Split('/')[0]).Distinct().Count());
        Assert.DoesNotContain(training.Notes.Concat(evaluation.Notes), note => note.Reason.Contains("not found", StringComparison.Ordinal));
    }

    [Fact]
    public void RefCOCO_is_taken_as_google_split_it_too()
    {
        using TemporaryFolder folder = new();
        ImportOptions options = Copied(folder, "refcoco", string.Empty, string.Empty);
        File.Move(Path.Combine(options.Folder, "refs(unc).p"), Path.Combine(options.Folder, "refs(google).p"));
        Assert.True(DatasetImporter.Run(options with { SplitBy = "google" }).Samples > 0);
        Assert.Contains("refs(unc).p", Assert.Throws<FileNotFoundException>(() => DatasetImporter.Run(options with { SplitBy = "unc" })).Message, StringComparison.Ordinal);
    }

    /// <summary>Also where the import goes on: which files were taken is known again then.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_picture_is_not_taken_for_another_of_the_same_last_name(int? stopAt)
    {
        using TemporaryFolder folder = new();
        folder.Write("annotations/instances_val2017.json", """
            {"images":[{"id":1,"file_name":"cam1/1.jpg","width":20,"height":10},{"id":2,"file_name":"cam2/1.jpg","width":20,"height":10},{"id":3,"file_name":"cam1/1.jpg","width":20,"height":10}],
             "annotations":[{"id":1,"image_id":1,"category_id":1,"segmentation":[[1,1,9,1,5,8]]},{"id":2,"image_id":2,"category_id":1,"segmentation":[[1,1,9,1,5,8]]},
                            {"id":3,"image_id":3,"category_id":1,"segmentation":[[1,1,9,1,5,8]]}],"categories":[{"id":1,"name":"thing"}]}
            """);
        Directory.CreateDirectory(folder.PathOf("photos"));
        folder.Write("photos/1.jpg", []);
        ImportOptions options = Options(folder, "out.jsonl") with { Images = folder.PathOf("photos") };
        if (stopAt is { } items)
        {
            using CancellationTokenSource stop = new();
            Assert.Throws<OperationCanceledException>(() => DatasetImporter.Run(options, new StopAt(stop, items), stop.Token));
        }

        ImportReport report = DatasetImporter.Run(options);
        Assert.Equal(stopAt ?? 0, report.Resumed);
        Assert.Equal(["photos/1.jpg", "photos/cam2/1.jpg", "photos/1.jpg"], SegCapFile.Read(report.Output).Select(sample => sample.Image));
        ImportRemark note = Assert.Single(report.Notes);
        Assert.Equal((1L, "cam2/1.jpg"), (note.Count, note.Places[0]));
        Assert.Contains("another one's picture", note.Reason, StringComparison.Ordinal);
    }

    /// <summary>An import of a fixture's one file and a copy of it, which says that it is another picture; without a name the whole fixture as it is.</summary>
    private static ImportOptions Copied(TemporaryFolder folder, string kind, string file, string copy)
    {
        string own = folder.PathOf("data");
        foreach (string source in Directory.GetFiles(Fixtures.PathOf(kind), "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(Fixtures.PathOf(kind), source).Replace('\\', '/');
            if (name == file || file.Length == 0 || Path.GetExtension(name) != Path.GetExtension(file))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(own, name))!);
                File.Copy(source, Path.Combine(own, name));
            }
        }

        if (file.Length == 0)
        {
            return Fixtures.Options(kind, folder.PathOf("out.jsonl"), ImportPurpose.Evaluation, own);
        }

        if (file.EndsWith(".json", StringComparison.Ordinal))
        {
            File.WriteAllText(Path.Combine(own, copy), File.ReadAllText(Path.Combine(own, file)).Replace("\"image_id\": 1", "\"image_id\": 2", StringComparison.Ordinal));
        }
        else
        {
            File.Copy(Path.Combine(own, file), Path.Combine(own, copy));
        }

        return Fixtures.Options(kind, folder.PathOf("out.jsonl"), ImportPurpose.Evaluation, own);
    }

    /// <summary>A picture before the one that a panoptic file lists, and one behind it; their PNG files are not there.</summary>
    private static void ListTwoMore(string path)
    {
        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        (JsonArray images, JsonArray annotations) = (root["images"]!.AsArray(), root["annotations"]!.AsArray());
        (JsonNode image, JsonNode annotation) = (images[0]!, annotations[0]!);
        foreach ((int id, int place) in ((int, int)[])[(1, 0), (2, 2)])
        {
            (JsonNode another, JsonNode its) = (image.DeepClone(), annotation.DeepClone());
            (another["id"], its["image_id"], its["file_name"]) = (id, id, $"{id}.png");
            images.Insert(place, another);
            annotations.Insert(place, its);
        }

        File.WriteAllText(path, root.ToJsonString());
    }

    private static long LeftOut(ImportReport report) => report.LeftOut.Sum(remark => remark.Count);

    private static ImportOptions Options(TemporaryFolder folder, string output) =>
        new() { Kind = "coco-instances", Folder = folder.Location, Output = folder.PathOf(output), Purpose = ImportPurpose.Evaluation };

    /// <summary>Every tenth picture has no annotation.</summary>
    private static void WriteInstances(TemporaryFolder folder)
    {
        (StringBuilder images, StringBuilder annotations) = (new StringBuilder(), new StringBuilder());
        for (int id = 1; id <= Pictures; id++)
        {
            images.Append(id == 1 ? string.Empty : ",").Append(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"file_name\":\"{id}.jpg\",\"width\":20,\"height\":10}}");
            if (id % 10 != 0)
            {
                annotations.Append(annotations.Length == 0 ? string.Empty : ",")
                    .Append(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"image_id\":{id},\"category_id\":1,\"iscrowd\":0,\"segmentation\":[[1,1,{2 + (id % 17)},1,5,8]]}}");
            }
        }

        folder.Write("annotations/instances_val2017.json", $$"""{"images":[{{images}}],"annotations":[{{annotations}}],"categories":[{"id":1,"name":"thing"}]}""");
    }

    /// <summary>Cancels when so many items are written, or are through another stage.</summary>
    private sealed class StopAt(CancellationTokenSource stop, long items, string stage = "writing samples") : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            if (value.Stage == stage && value.Done >= items)
            {
                stop.Cancel();
            }
        }
    }
}
