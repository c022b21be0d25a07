using System.Globalization;
using System.Text.Json;
using MGLMM.Data.SegCap;
using MGLMM.Masks;

namespace MGLMM.Cli.Tests;

/// <summary><c>mglmm annotate</c>: what comes out, going on after a stop, and what is said of wrong arguments. Masks come from files, so that no model decides.</summary>
public sealed class AnnotateTests(OracleFixture oracle) : IDisposable
{
    private const int Width = 24;
    private const int Height = 16;

    private static readonly string[] Names = ["a.png", "b.png", "c.png"];

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-annotate-").FullName;

    [Fact]
    public async Task A_folder_becomes_SegCap_MGSC_COCO_a_report_and_a_sheet_and_goes_on_wherever_it_was_stopped()
    {
        string[] arguments = Arguments();
        (int exit, string said, string error) = await Tool.RunAsync([.. arguments, "--output", In("whole"), "--sheet", "4"]);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("3 pictures, 9 regions, 6 captions", said, StringComparison.Ordinal);

        // A house over grass with a door in it: the picture's caption names two, the house's the door.
        SegCapSample[] samples = [.. SegCapFile.Read(In("whole/segcap.jsonl"))];
        Assert.Equal(6, samples.Length);
        SegCapSample root = samples[0];
        Assert.Equal(("panoptic", "../pictures/a.png"), (root.Task, root.Image));
        Assert.Equal(["grass", "house"], root.Labels.Order(StringComparer.Ordinal));
        SegCapRegion door = root.Regions.Single(region => region.Label == "door");
        Assert.Equal("house", root.Regions.Single(region => region.Id == door.Parent).Label);
        Assert.Equal(4L * 5, door.Mask.ToMask(Width, Height).Area);
        Assert.Empty(SegCapCheck.Run(In("whole/segcap.jsonl")).Faults);

        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(In("whole/report.json")));
        Assert.Equal(3, report.RootElement.GetProperty("pictures").GetInt32());
        foreach (JsonProperty file in report.RootElement.GetProperty("files").EnumerateObject())
        {
            Assert.Equal(file.Value.GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(In("whole/" + file.Name)))));
        }

        Assert.True(File.Exists(In("whole/sheet.html")));
        Assert.True(File.Exists(In("whole/mgsc/MGLMM_train_split.txt")));
        Assert.True(File.Exists(In("whole/coco/annotations/instances.json")));

        // Cut off in the middle of a line, as a kill does.
        byte[] steps = await File.ReadAllBytesAsync(In("whole/steps.jsonl"));
        Directory.CreateDirectory(In("stopped"));
        await File.WriteAllBytesAsync(In("stopped/steps.jsonl"), steps[..(steps.Length / 2)]);
        (exit, _, error) = await Tool.RunAsync([.. arguments, "--output", In("stopped"), "--sheet", "0"]);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Equal(steps, await File.ReadAllBytesAsync(In("stopped/steps.jsonl")));
        Assert.Equal(await File.ReadAllBytesAsync(In("whole/segcap.jsonl")), await File.ReadAllBytesAsync(In("stopped/segcap.jsonl")));
        Assert.False(File.Exists(In("stopped/sheet.html")));

        // A picture that changed since is no continuation.
        await File.WriteAllBytesAsync(In("pictures/a.png"), await File.ReadAllBytesAsync(In("pictures/b.png")));
        (exit, _, error) = await Tool.RunAsync([.. arguments, "--output", In("stopped")]);
        AssertError("'a.png' has changed since it was annotated", exit, error);
    }

    [Fact]
    public async Task Cancelled_while_a_chat_model_thinks_it_says_so_keeps_what_is_done_and_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A signal ends it.");
        string[] arguments = [.. Arguments(chat: true), "--output", In("out"), "--sheet", "0"];
        await using (StandInChat silent = new(number => number <= 5 ? Reply(number) : null))
        {
            (int exit, string _, string error) = await Tool.CancelAsync(silent.Waiting, silent.Variables, arguments);
            Assert.Equal((1, "error: Cancelled; the same command goes on from here.\n"), (exit, error.ReplaceLineEndings("\n")));
        }

        string[] kept = await File.ReadAllLinesAsync(In("out/steps.jsonl"));
        Assert.Contains(kept, line => line.Contains("\"a.png\"", StringComparison.Ordinal));
        Assert.DoesNotContain(kept, line => line.Contains("\"c.png\"", StringComparison.Ordinal));
        Assert.False(File.Exists(In("out/segcap.jsonl")));

        await using StandInChat speaking = new(Reply);
        (int code, string said, string rest) = await Tool.RunAsync(speaking.Variables, arguments);
        Assert.Equal((0, string.Empty), (code, rest));
        Assert.Contains("3 pictures, 9 regions, 6 captions", said, StringComparison.Ordinal);
        Assert.Equal(kept, (await File.ReadAllLinesAsync(In("out/steps.jsonl")))[..kept.Length]);
        Assert.Contains("A thing, number ", await File.ReadAllTextAsync(In("out/segcap.jsonl")), StringComparison.Ordinal);

        static string Reply(int number) => number % 2 == 0 ? "I cannot see that." : string.Create(CultureInfo.InvariantCulture, $"Here: {{\"name\": \"a thing\", \"caption\": \"A thing, number {number}.\"}}");
    }

    [Fact]
    public async Task Wrong_arguments_are_told_in_one_line_before_a_model_is_loaded()
    {
        string[] arguments = Arguments();
        Directory.CreateDirectory(In("own"));
        await File.WriteAllTextAsync(In("own/sheet.html"), "my own page");
        (string Part, string[] Arguments)[] wrong =
        [
            ("Draw none with --sheet 0, or move it away", [.. arguments, "--output", In("own")]),
            ("There is no folder or picture", ["annotate", In("none"), "--output", In("out")]),
            ("it is from 0 to 1", [.. arguments, "--output", In("out"), "--least-confidence", "2"]),
            ("'detector' proposes nothing; known are panoptic, list, parts, crops, files", ["annotate", In("pictures"), "--model", oracle.BundleFolder, "--no-chat", "--proposals", "detector", "--output", In("out")]),
        ];
        foreach ((string part, string[] given) in wrong)
        {
            (int exit, _, string error) = await Tool.RunAsync(given);
            AssertError(part, exit, error);
        }

        (int code, _, string told) = await Tool.RunAsync([("OPENAI_API_KEY", "none")], [.. Arguments(chat: true), "--output", In("out")]);
        AssertError("OPENAI_MODEL is not", code, told);

        // What is wrong with a file of masks is told with the place.
        await File.WriteAllTextAsync(In("masks/b.json"), """{"annotations":[{"segmentation":{"size":[16,24],"counts":"zz"}}]}""");
        (code, _, told) = await Tool.RunAsync([.. arguments, "--output", In("damaged")]);
        AssertError("'b.json', annotations[0].segmentation.counts", code, told);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertError(string part, int exit, string error)
    {
        Assert.Equal(2, exit);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.Contains(part, error, StringComparison.Ordinal);
    }

    private string In(string name) => Path.Combine(_folder, name);

    /// <summary>Three pictures with masks in files, of which only the house's, the grass's and the door's are named.</summary>
    private string[] Arguments(bool chat = false)
    {
        Directory.CreateDirectory(In("pictures"));
        Directory.CreateDirectory(In("masks"));
        (string Label, PixelBox Box)[] regions = [("grass", new PixelBox(0, 8, Width, Height)), ("house", new PixelBox(4, 0, 16, 8)), ("door", new PixelBox(8, 3, 12, 8))];
        foreach ((int index, string name) in Names.Index())
        {
            // A different pixel each, so that the pictures are different files.
            File.WriteAllBytes(In("pictures/" + name), MaskPng.Encode(Mask.FromRectangle(Width, Height, new PixelBox(index, 0, index + 1, 1)), 8));
            File.WriteAllText(In("masks/" + Path.ChangeExtension(name, ".json")), JsonSerializer.Serialize(new
            {
                annotations = regions.Select(region => new
                {
                    label = region.Label,
                    segmentation = new { size = new[] { Height, Width }, counts = CocoRle.Encode(Mask.FromRectangle(Width, Height, region.Box)) },
                }),
            }));
        }

        return ["annotate", In("pictures"), "--model", oracle.BundleFolder, "--proposals", "files", "--no-checks", .. chat ? (string[])[] : ["--no-chat"], "--masks", In("masks")];
    }
}
