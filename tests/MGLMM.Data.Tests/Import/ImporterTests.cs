using System.Globalization;
using System.Text;
using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.Import;

/// <summary>Stopping, going on, limits, and what is said of wrong options.</summary>
public sealed class ImporterTests
{
    private const int Pictures = 1000;

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
        Assert.Contains("refcoco was split by unc", Assert.Throws<ArgumentException>(() => DatasetImporter.Run(refer with { SplitBy = "umd" })).Message, StringComparison.Ordinal);
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

    /// <summary>Cancels when so many items are written.</summary>
    private sealed class StopAt(CancellationTokenSource stop, long items) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            if (value.Stage == "writing samples" && value.Done >= items)
            {
                stop.Cancel();
            }
        }
    }
}
