using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Samples.InspectionWorkflow;

namespace MGLMM.Samples.Tests;

/// <summary>The workflow as a user runs it, killed in the middle too, and its steps over a model whose answers are known.</summary>
public sealed class InspectionWorkflowTests : IDisposable
{
    private static readonly string Sample = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "InspectionWorkflow", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "InspectionWorkflow.dll"));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Killed_in_the_middle_it_goes_on_and_ends_with_the_same_files()
    {
        string[] never = ["--output", _folder.PathOf("never"), "--approve", "none"];
        string[] often = ["--output", _folder.PathOf("often"), "--approve", "none"];
        Task<(int Exit, string Output)> whole = RunAsync(never);
        foreach (int lines in (int[])[2, 8, 13])
        {
            (int killed, string output) = await RunAsync(often, killAfter: lines);
            Assert.Equal(137, killed);
            Assert.DoesNotContain("Inspected", output, StringComparison.Ordinal);
        }

        // What a kill in the middle of a checkpoint leaves.
        File.WriteAllText(_folder.PathOf("often/.work/checkpoints/99999999.json.part"), "{");
        (int exit, string last) = await RunAsync(often);
        Assert.Equal(0, exit);
        Assert.StartsWith("Going on from checkpoint ", last, StringComparison.Ordinal);
        Assert.Equal(0, (await whole).Exit);
        (string Name, byte[] Content)[] expected = FilesOf(_folder.PathOf("never"));
        Assert.Contains("report.csv", expected.Select(file => file.Name));
        Assert.InRange(expected.Count(file => file.Name.EndsWith("regions.json", StringComparison.Ordinal)), 3, 6);
        (string Name, byte[] Content)[] files = FilesOf(_folder.PathOf("often"));
        Assert.Equal(expected.Select(file => file.Name), files.Select(file => file.Name));
        Assert.All(expected.Zip(files), pair => Assert.True(pair.First.Content.AsSpan().SequenceEqual(pair.Second.Content), pair.First.Name));
    }

    [Fact]
    public async Task Where_nobody_answers_it_waits_and_asks_again_when_it_is_run_again()
    {
        // The sky is in five of the six pictures and is no object: geometry doubts it, however good the model is.
        string[] arguments = ["--output", _folder.PathOf("asked"), "--find", "the sky"];
        (int exit, string output) = await RunAsync(arguments, input: string.Empty);
        Assert.Equal(3, exit);
        Assert.Contains("is doubtful, for no object was seen there", output, StringComparison.Ordinal);
        Assert.True(File.Exists(Directory.GetFiles(_folder.PathOf("asked"), "doubt-*.png", SearchOption.AllDirectories).Single()));

        (exit, output) = await RunAsync(arguments, input: "y\nn\nn\nn\nn\n");
        Assert.Equal(0, exit);
        string[] rows = File.ReadAllLines(_folder.PathOf("asked/report.csv"));
        Assert.Equal("picture,masks,rejected,note", rows[0]);
        Assert.Equal([("beach.png", 1, 0), ("garden.png", 0, 1), ("meadow.png", 0, 1), ("room.png", 0, 0), ("street.png", 0, 1), ("winter.png", 0, 1)],
            rows.Skip(1).Select(row => row.Split(',')).Select(row => (row[0], int.Parse(row[1], null), int.Parse(row[2], null))));
    }

    [Fact]
    public async Task The_exported_masks_are_the_models_and_what_is_no_picture_is_told()
    {
        _folder.Write("in/a.png", string.Empty);
        _folder.Write("in/b.png", "no picture");
        File.WriteAllBytes(_folder.PathOf("in/a.png"), Picture(200, 100));
        using GardenModel model = new();
        Inspection inspection = new(model, _folder.PathOf("in"), "the rabbits", _folder.PathOf("out"));
        InspectionReport? report = await InspectionRun.RunAsync(inspection, _ => throw new InvalidOperationException("Nothing is doubtful."), _ => { }, default);
        Assert.Equal(2, report!.Pictures);

        // Two boxes of the garden, in tenths of 200 x 100.
        JsonNode coco = JsonNode.Parse(File.ReadAllText(_folder.PathOf("out/a.png/regions.json")))!;
        Assert.Equal(
            [Mask.FromRectangle(200, 100, new PixelBox(20, 70, 40, 90)), Mask.FromRectangle(200, 100, new PixelBox(60, 70, 80, 80))],
            coco["annotations"]!.AsArray().Select(annotation => CocoRle.Decode((string)annotation!["segmentation"]!["counts"]!, 200, 100)));
        string[] rows = File.ReadAllLines(report.Path);
        Assert.Equal("a.png,2,0,", rows[1]);
        Assert.Matches("^b.png,0,0,.", rows[2]);
        Assert.False(Directory.Exists(inspection.WorkPath()));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_told_and_the_report_is_one_that_tables_read()
    {
        byte[] picture = Picture(200, 100);
        _folder.Write("in/large.png", new string('x', picture.Length + 1));
        File.WriteAllBytes(_folder.PathOf("in/a, \"b\".png"), picture);
        using GardenModel model = new(card => card with { ImageLimits = new ImageLimits { MaximumBytes = picture.Length } });
        Inspection inspection = new(model, _folder.PathOf("in"), "the rabbits", _folder.PathOf("out"));
        InspectionReport? report = await InspectionRun.RunAsync(inspection, _ => throw new InvalidOperationException("Nothing is doubtful."), _ => { }, default);
        string[] rows = File.ReadAllLines(report!.Path);
        Assert.Equal("\"a, \"\"b\"\".png\",2,0,", rows[1]);
        Assert.Equal($"large.png,0,0,The file has {picture.Length + 1} bytes; at most {picture.Length} are accepted.", rows[2]);
    }

    [Fact]
    public void The_result_does_not_lie_among_the_pictures()
    {
        Directory.CreateDirectory(_folder.PathOf("in"));
        File.WriteAllBytes(_folder.PathOf("in/a.png"), Picture(20, 10));
        using GardenModel model = new();
        Assert.Contains("Name another folder, such as", Assert.Throws<InvalidOperationException>(() => new Inspection(model, _folder.PathOf("in"), "the sun", _folder.PathOf("in/"))).Message, StringComparison.Ordinal);
        Assert.Equal(["a.png"], Directory.GetFileSystemEntries(_folder.PathOf("in")).Select(path => Path.GetFileName(path)));
        _ = new Inspection(model, _folder.PathOf("in"), "the sun", _folder.PathOf("in/inspection"));
    }

    [Theory]
    [InlineData(0, 0, 4, 4, "it covers 0.1 % of the picture")]
    [InlineData(0, 0, 200, 60, "it covers 60.0 % of the picture")]
    [InlineData(145, 10, 155, 20, "no object was seen there (best IoU 0.00)")]
    [InlineData(80, 30, 140, 60, null)]
    public async Task Geometry_doubts_what_is_small_or_large_or_no_object(int left, int top, int right, int bottom, string? why)
    {
        Directory.CreateDirectory(_folder.PathOf("in"));
        File.WriteAllBytes(_folder.PathOf("in/a.png"), Picture(200, 100));
        using GardenModel garden = new();
        using GhostModel model = new(garden, new PixelBox(left, top, right, bottom));
        Inspection inspection = new(model, _folder.PathOf("in"), "the ghost", _folder.PathOf("out"));
        List<Doubt> doubts = [];
        await InspectionRun.RunAsync(
            inspection,
            asked =>
            {
                doubts.AddRange(asked.Doubts);
                return [];
            },
            _ => { },
            default);
        Assert.Equal(why is null ? [] : [why.Replace(" %", "%", StringComparison.Ordinal)], doubts.Select(doubt => doubt.Why.Replace(" %", "%", StringComparison.Ordinal)));
    }

    [Fact]
    public void Another_inspection_does_not_go_on_where_this_one_stands()
    {
        Directory.CreateDirectory(_folder.PathOf("in"));
        File.WriteAllBytes(_folder.PathOf("in/a.png"), Picture(20, 10));
        using GardenModel model = new();
        _ = new Inspection(model, _folder.PathOf("in"), "the sun", _folder.PathOf("out"));
        _ = new Inspection(model, _folder.PathOf("in"), "the sun", _folder.PathOf("out"));
        Assert.Contains("another inspection", Assert.Throws<InvalidOperationException>(() => new Inspection(model, _folder.PathOf("in"), "the house", _folder.PathOf("out"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_arguments_are_told_with_the_right_ones()
    {
        (int exit, string output) = await RunAsync(["--imagse", "x"]);
        Assert.Equal(2, exit);
        Assert.Contains("'--imagse' is none of --images, --find, --output, --model, --approve", output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] Picture(int width, int height) => PngWriter.Encode(RgbImage.FromPixels(new byte[width * height * RgbImage.Channels], width, height));

    private static (string Name, byte[] Content)[] FilesOf(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => (Path.GetRelativePath(folder, path), File.ReadAllBytes(path)))];

    /// <summary>Runs the sample; kills it (SIGKILL) as soon as it has written so many lines, if it shall be.</summary>
    private static async Task<(int Exit, string Output)> RunAsync(string[] arguments, string? input = null, int killAfter = int.MaxValue)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Sample, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        List<string> lines = [];
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (lines.Count == killAfter)
            {
                process.Kill();
            }
        }

        await process.WaitForExitAsync();
        return (process.ExitCode, string.Join('\n', lines) + await error);
    }

    /// <summary>The garden, in which a ghost is found where a test wants it.</summary>
    private sealed class GhostModel(IGroundingModel garden, PixelBox ghost) : DelegatingGroundingModel(garden)
    {
        public override async ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) =>
            new Opened(await base.OpenImageAsync(image, cancellationToken), ghost);

        private sealed class Opened(IOpenedImage garden, PixelBox ghost) : IOpenedImage
        {
            public int Width => garden.Width;

            public int Height => garden.Height;

            public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
                instruction.Contains("ghost", StringComparison.Ordinal)
                    ? Task.FromResult(new GroundedAnswerBuilder().Ground("the ghost", Mask.FromRectangle(Width, Height, ghost)).Build())
                    : garden.AskAsync(instruction, options, cancellationToken);

            public async IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
            {
                yield return new CompletedPiece(await AskAsync(instruction, options, cancellationToken));
            }
        }
    }
}
