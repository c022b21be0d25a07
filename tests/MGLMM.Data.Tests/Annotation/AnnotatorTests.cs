using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Proposals;
using MGLMM.Data.Annotation.Runs;
using MGLMM.Data.Annotation.Steps;
using MGLMM.Data.Import;
using MGLMM.Data.SegCap;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Data.Tests.Annotation;

/// <summary>Runs over folders: what is written, and that a stopped run ends as one that was not stopped.</summary>
public sealed class AnnotatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AnnotatorTests()
    {
        Directory.CreateDirectory(_folder.PathOf("in/deep"));
        File.WriteAllBytes(_folder.PathOf("in/a.png"), PngWriter.Encode(PaintedModel.Picture()));
        File.WriteAllBytes(_folder.PathOf("in/deep/b.png"), PngWriter.Encode(PaintedModel.Picture(carLeft: 40, ball: false)));
        _folder.Write("in/c.jpg", "no picture");
    }

    [Fact]
    public async Task A_folder_becomes_SegCap_MGSC_and_COCO_with_yields_reasons_and_hashes()
    {
        AnnotationReport report = await RunAsync("out");
        Assert.Equal((2, 11, 4), (report.Pictures, report.Regions, report.Captions));
        Assert.Equal("c.jpg", Assert.Single(report.Unreadable).Picture);
        StepYield cleaning = report.Steps.Single(step => step.Step == "cleaning");
        Assert.Equal((21, 11, 10), (cleaning.RegionsBefore, cleaning.RegionsAfter, cleaning.Dropped["it is there already"]));
        SegCapReport check = SegCapCheck.Run(_folder.PathOf("out/segcap.jsonl"));
        Assert.Empty(check.Faults);
        Assert.Equal(["a", "a-r3", "deep/b", "deep/b-r3"], SegCapFile.Read(_folder.PathOf("out/segcap.jsonl")).Select(sample => sample.Id));
        SegCapSample root = SegCapFile.Read(_folder.PathOf("out/segcap.jsonl"))[0];
        Assert.Equal("The picture shows <p> a blue sky </p> [SEG] and <p> green grass </p> [SEG] . On the left there is <p> a red car </p> [SEG] . On the right there is <p> a yellow ball </p> [SEG] .", root.Answer);
        Assert.Equal(["r3", "r3"], root.Regions.Where(region => region.Parent is not null).Select(region => region.Parent));

        // MGSC and COCO hold all of it: what comes back is what went out.
        foreach (string kind in (string[])["mgsc", "coco-instances"])
        {
            string folder = kind == "mgsc" ? "mgsc" : "coco";
            DatasetImporter.Run(new ImportOptions { Kind = kind, Folder = _folder.PathOf("out/" + folder), Output = _folder.PathOf($"{folder}.jsonl"), Images = _folder.PathOf("in") });
            Assert.Equal(4, SegCapFile.Read(_folder.PathOf($"{folder}.jsonl")).Count);
        }

        using JsonDocument written = JsonDocument.Parse(File.ReadAllText(_folder.PathOf("out/report.json")));
        Assert.Equal(report.Files.Count, written.RootElement.GetProperty("files").EnumerateObject().Count());
        Assert.All(report.Files, file => Assert.Equal(file.Value, Hash(_folder.PathOf("out/" + file.Key))));
    }

    [Fact]
    public async Task A_run_that_was_stopped_anywhere_goes_on_to_the_same_bytes()
    {
        await RunAsync("whole");
        byte[] journal = File.ReadAllBytes(_folder.PathOf("whole/steps.jsonl"));
        Dictionary<string, string> wanted = Files("whole");
        int[] ends = [.. journal.Index().Where(entry => entry.Item == (byte)'\n').Select(entry => entry.Index + 1)];
        Assert.Equal(1 + (2 * 7) + 1, ends.Length);

        // Killed behind and in the middle of every line.
        foreach (int cut in ends.SelectMany(end => (int[])[end, Math.Min(end + 40, journal.Length)]).Prepend(0).Distinct())
        {
            string output = $"cut-{cut}";
            Directory.CreateDirectory(_folder.PathOf(output));
            File.WriteAllBytes(_folder.PathOf(output + "/steps.jsonl"), journal[..cut]);
            await RunAsync(output);
            Assert.Equal(wanted, Files(output));
        }
    }

    [Fact]
    public async Task A_step_that_fails_or_is_cancelled_loses_nothing_that_was_done()
    {
        await RunAsync("whole");
        Dictionary<string, string> wanted = Files("whole");
        foreach (string name in AnnotationSteps.Default(new PaintedModel()).Select(step => step.Name))
        {
            string output = "stopped-" + name;
            await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(output, steps => [.. steps.Select(step => step.Name == name ? new Stopping(step) : step)]));
            Assert.False(File.Exists(_folder.PathOf(output + "/segcap.jsonl")));
            await RunAsync(output);
            Assert.Equal(wanted, Files(output));
        }
    }

    [Fact]
    public async Task What_another_run_wrote_is_not_gone_on_with()
    {
        await RunAsync("out");
        InvalidDataException fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("out", steps => [.. steps.Take(3)]));
        Assert.Contains("with other settings", fault.Message, StringComparison.Ordinal);

        File.WriteAllBytes(_folder.PathOf("in/a.png"), PngWriter.Encode(PaintedModel.Picture(carLeft: 12)));
        fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("out"));
        Assert.Contains("'a.png' has changed", fault.Message, StringComparison.Ordinal);

        File.Delete(_folder.PathOf("in/a.png"));
        fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("out"));
        Assert.Contains("pictures came or went", fault.Message, StringComparison.Ordinal);

        string journal = _folder.PathOf("out/steps.jsonl");
        string[] lines = File.ReadAllLines(journal);
        lines[3] = "{";
        File.WriteAllText(journal, string.Join('\n', lines) + "\n");
        fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("out"));
        Assert.Contains("Line 4 of", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => RunAsync("out", images: "nowhere"));
    }

    [Theory]
    [InlineData("in", "in")]
    [InlineData(".", "in")]
    [InlineData("in/out", "in")]
    public async Task The_output_may_be_the_folder_of_pictures_or_lie_around_it_or_in_it(string output, string images)
    {
        AnnotationReport report = await RunAsync(output, images: images);
        Assert.Equal((2, 1), (report.Pictures, report.Unreadable.Count));
        Assert.Equal(report.Files, (await RunAsync(output, images: images)).Files);
        Assert.Empty(SegCapCheck.Run(_folder.PathOf(output + "/segcap.jsonl")).Faults);
    }

    [Fact]
    public async Task Pictures_that_lie_in_the_output_alone_are_told()
    {
        File.Delete(_folder.PathOf("in/a.png"));
        File.Delete(_folder.PathOf("in/c.jpg"));
        InvalidDataException fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("in/deep"));
        Assert.Contains("lie in the output", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("segcap.jsonl")]
    [InlineData("report.json")]
    [InlineData("coco/annotations/instances.json")]
    [InlineData("mgsc/MGLMM_train_split.txt")]
    [InlineData("steps.jsonl")]
    public async Task What_no_run_wrote_is_not_replaced(string name)
    {
        string path = _folder.Write("out/" + name, "my own");
        InvalidDataException fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("out"));
        Assert.Contains(name.Split('/')[0], fault.Message, StringComparison.Ordinal);
        Assert.Equal("my own", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.PathOf("out"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("my own")]
    [InlineData("my own\nsteps\n")]
    [InlineData("{\"step\":1}\n")]
    public async Task A_file_of_the_journals_name_that_is_none_is_to_be_moved_away_and_nothing_to_be_deleted(string own)
    {
        string path = _folder.Write("in/steps.jsonl", own);
        InvalidDataException fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("in"));
        Assert.Contains("is no journal of a run. Move it away", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("delete", fault.Message, StringComparison.Ordinal);
        Assert.Equal(own, File.ReadAllText(path));
    }

    /// <summary>The output may be the folder of pictures: what the message says to delete is all that a run wrote, and nothing else.</summary>
    [Theory]
    [InlineData("settings")]
    [InlineData("picture")]
    [InlineData("came")]
    [InlineData("damaged")]
    public async Task To_begin_anew_what_is_named_is_deleted_and_no_picture(string change)
    {
        await RunAsync("in");
        _folder.Write("in/sheet.html", "drawn of it");
        string journal = _folder.PathOf("in/steps.jsonl");
        switch (change)
        {
            case "picture":
                File.WriteAllBytes(_folder.PathOf("in/a.png"), PngWriter.Encode(PaintedModel.Picture(carLeft: 12)));
                break;
            case "came":
                File.WriteAllBytes(_folder.PathOf("in/0.png"), PngWriter.Encode(PaintedModel.Picture(carLeft: 12)));
                break;
            case "damaged":
                File.WriteAllText(journal, File.ReadAllText(journal).Replace("\"counts\":\"", "\"counts\":\"~", StringComparison.Ordinal));
                break;
        }

        InvalidDataException fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("in", Changed));
        Match named = Regex.Match(fault.Message, "delete (.+) and (.+) in '(.+)', and nothing else there");
        Assert.Equal(_folder.PathOf("in"), named.Groups[3].Value);
        foreach (string path in named.Groups[1].Value.Split(", ").Append(named.Groups[2].Value).Select(name => _folder.PathOf("in/" + name)))
        {
            if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }

        Assert.All(Files("in").Keys, name => Assert.Contains(Path.GetExtension(name), (string[])[".png", ".jpg", ".part"]));
        Assert.Equal(change == "came" ? 3 : 2, (await RunAsync("in", Changed)).Pictures);

        IReadOnlyList<IAnnotationStep> Changed(IReadOnlyList<IAnnotationStep> steps) => change == "settings" ? [.. steps.SkipLast(1)] : steps;
    }

    [Fact]
    public async Task Masks_that_were_made_anew_are_not_gone_on_with()
    {
        Masks("a", PaintedModel.Ball);
        await RunAsync("out", WithFiles);
        Dictionary<string, string> wanted = Files("out");
        Masks("z", PaintedModel.Ball);
        await RunAsync("out", WithFiles);
        Assert.Equal(wanted, Files("out"));

        foreach ((string name, (byte, byte, byte) colour) in ((string, (byte, byte, byte))[])[("a", PaintedModel.Sky), ("deep/b", PaintedModel.Sky)])
        {
            Masks(name, colour);
            InvalidDataException fault = await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync("out", WithFiles));
            Assert.Contains($"'{name}.png'", fault.Message, StringComparison.Ordinal);
            Assert.Contains("file of masks", fault.Message, StringComparison.Ordinal);
            Masks("a", PaintedModel.Ball);
        }

        IReadOnlyList<IAnnotationStep> WithFiles(IReadOnlyList<IAnnotationStep> steps) => [new ProposalStep([new FileProposer(_folder.PathOf("masks"))]), .. steps.Skip(1)];

        void Masks(string name, (byte, byte, byte) colour) => _folder.Write(
            $"masks/{name}.json",
            $$$"""{"annotations": [{"segmentation": {"size": [64, 96], "counts": {{{JsonSerializer.Serialize(CocoRle.Encode(PaintedModel.MaskOf(PaintedModel.Picture(), colour)))}}}}, "label": "thing"}]}""");
    }

    public void Dispose() => _folder.Dispose();

    private static string Hash(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));

    private Dictionary<string, string> Files(string output) => Directory.GetFiles(_folder.PathOf(output), "*", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(_folder.PathOf(output), path), path => Encoding.UTF8.GetString(File.ReadAllBytes(path)));

    private Task<AnnotationReport> RunAsync(string output, Func<IReadOnlyList<IAnnotationStep>, IReadOnlyList<IAnnotationStep>>? change = null, string images = "in")
    {
        IReadOnlyList<IAnnotationStep> steps = AnnotationSteps.Default(new PaintedModel());
        AnnotationPipeline pipeline = new(change is null ? steps : change(steps));
        return Annotator.RunAsync(pipeline, new AnnotationRunOptions { Images = _folder.PathOf(images), Output = _folder.PathOf(output), Model = "painted" });
    }

    /// <summary>Stops at the second picture.</summary>
    private sealed class Stopping(IAnnotationStep step) : IAnnotationStep
    {
        private int _calls;

        public string Name => step.Name;

        public string Settings => step.Settings;

        public Task<AnnotationStepResult> RunAsync(AnnotationScene scene, PictureAnnotation before, CancellationToken cancellationToken = default) =>
            ++_calls == 2 ? throw new OperationCanceledException() : step.RunAsync(scene, before, cancellationToken);
    }
}
