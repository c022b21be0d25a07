using System.Text.Json;

namespace MGLMM.Cli.Tests;

/// <summary>Boxes on the command line, against what GLaMM's own code gives for them.</summary>
public sealed class RegionTests(OracleFixture mglmm) : IDisposable
{
    private const string Question = "What does the area <bbox> of the picture show?";

    private static readonly string Root = RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "oracle-glamm");

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-tool-regions-").FullName;

    private static string Wide => Path.Combine(Root, "images", "wide_150x88.png");

    private string Bundle => Path.Combine(_folder, "bundle");

    [Fact]
    public async Task Regions_are_given_turn_by_turn_and_their_features_come_out()
    {
        await ConvertAsync();
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "expected-regions.json")));
        // A process each; every case's numbers are held to without the tool (RegionEncoderParityTests, RegionDialogueTests).
        foreach (string name in (string[])["outside_box", "fractional_box", "followup_no_box", "box_without_token", "one_box_two_tokens"])
        {
            JsonElement truth = expected.RootElement.GetProperty(name);
            string[] questions = [.. truth.TryGetProperty("earlier", out JsonElement earlier) ? earlier.EnumerateArray().Select(question => question.GetString()!) : [], truth.GetProperty("question").GetString()!];
            string[] boxes = [.. truth.TryGetProperty("earlier_boxes", out JsonElement before) ? before.EnumerateArray().Select(Text) : [], Text(truth.GetProperty("boxes"))];
            List<string> arguments = ["--image", Path.Combine(Root, "images", truth.GetProperty("image").GetString()!), "--instruction", questions[0]];
            foreach (string? question in questions.Skip(1))
            {
                arguments.AddRange(["--follow-up", question]);
            }

            foreach (string turn in boxes)
            {
                arguments.AddRange(["--regions", turn]);
            }

            (int exit, string output, string error) = await AskAsync([.. arguments, "--max-new-tokens", "40", "--include", "region-features"]);
            Assert.Equal(0, exit);
            Assert.Equal(Note(name), error.TrimEnd());
            using JsonDocument json = JsonDocument.Parse(output);
            JsonElement[] turns = json.RootElement.ValueKind == JsonValueKind.Array ? json.RootElement.EnumerateArray().ToArray() : [json.RootElement];
            Assert.Equal(questions.Length, turns.Length);
            Assert.Equal(truth.GetProperty("text_output").GetString(), turns[^1].GetProperty("text").GetString());
            float[][] rows = turns[^1].GetProperty("region_features").EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray()).ToArray();
            Assert.Equal(truth.GetProperty("boxes").GetArrayLength(), rows.Length);
            if (rows.Length > 0)
            {
                float[] golden = NpzFile.Load(Path.Combine(Root, "golden", name + ".npz"))["region_features"].Floats.ToArray();
                Assert.All(golden.Zip(rows.SelectMany(row => row)), pair => Assert.InRange(pair.Second - pair.First, -2e-3, 2e-3));
            }
        }
    }

    [Fact]
    public async Task Inspect_tells_of_the_region_encoder_and_plain_answers_hold_no_features()
    {
        await ConvertAsync();
        (int exit, string output, _) = await Tool.RunAsync("inspect", Bundle);
        Assert.Equal(0, exit);
        Assert.Contains("region encoder", output, StringComparison.Ordinal);

        (exit, output, string error) = await AskAsync("--image", Wide, "--instruction", Question, "--regions", "84, 20, 138, 66");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("an old ship with two masts", output, StringComparison.Ordinal);
        Assert.DoesNotContain("region_features", output, StringComparison.Ordinal);
    }

    /// <summary>Answers may have taken minutes. Nothing else reaches the terminal, and the native code's lines least of all.</summary>
    [Fact]
    public async Task A_follow_up_past_the_last_position_is_one_error_and_what_was_answered_is_written()
    {
        await ConvertAsync();
        string words = string.Join(' ', Enumerable.Repeat("ship", 2100));
        (int exit, string output, string error) = await AskAsync("--image", Wide, "--instruction", Question, "--regions", "84,20,138,66", "--follow-up", words);
        Assert.Equal(2, exit);
        string[] lines = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("note: turn 2 was not asked", lines[0], StringComparison.Ordinal);
        Assert.Contains("the model has 2048", lines[1], StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(output);
        Assert.Contains("an old ship with two masts", json.RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);

        (exit, output, error) = await AskAsync("--image", Wide, "--instruction", words);
        Assert.Equal((2, string.Empty), (exit, output));
        Assert.Contains("the model has 2048", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("84,20,138", "is no box")]
    [InlineData("84,20,138,66;", "is no box")]
    [InlineData("84,20,138,sixty", "is no box")]
    [InlineData("84,20,NaN,66", "is no box")]
    [InlineData("84;20;138;66", "is no box")]
    [InlineData("1,2,3,4", "no region encoder")]
    public async Task A_box_that_cannot_be_is_one_line_with_the_way_out(string regions, string part)
    {
        string picture = OracleData.Image("landscape_97x61.png");
        (int exit, _, string error) = await Tool.RunAsync("ask", "--model", mglmm.BundleFolder, "--image", picture, "--instruction", Question, "--regions", regions, "--json", "-");
        AssertError(part, exit, error);
    }

    [Fact]
    public async Task Regions_for_more_turns_than_there_are_and_features_without_json_are_refused()
    {
        string[] ask = ["ask", "--model", mglmm.BundleFolder, "--image", OracleData.Image("landscape_97x61.png"), "--instruction", "x"];
        (int exit, _, string error) = await Tool.RunAsync([.. ask, "--regions", "", "--regions", "1,2,3,4"]);
        AssertError("2 times for 1 turn.", exit, error);

        (exit, _, error) = await Tool.RunAsync([.. ask, "--include", "region-features"]);
        AssertError("--json", exit, error);

        (exit, _, _) = await Tool.RunAsync([.. ask, "--include", "everything", "--json", "-"]);
        Assert.Equal(2, exit);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Note(string name) => name switch
    {
        "outside_box" => "note: the box -15,50,120,140 reaches beyond the picture of 95 x 107 pixels; the model gets it as it is.",
        "followup_no_box" => "note: the dialogue holds <bbox> but was given no boxes in this turn; it is a word like others then.",
        "box_without_token" => "note: the dialogue holds 0 <bbox> but was given 1 box; what is over has no effect.",
        "one_box_two_tokens" => "note: the one box serves all 2 <bbox> of the dialogue.",
        _ => string.Empty,
    };

    private static string Text(JsonElement boxes) => string.Join(';', boxes.EnumerateArray().Select(box => string.Join(',', box.EnumerateArray().Select(corner => corner.GetRawText()))));

    private static void AssertError(string part, int exit, string error)
    {
        Assert.Equal(2, exit);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(character => character == '\n'));
        Assert.Contains(part, error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> AskAsync(params string[] arguments) => Tool.RunAsync([.. (string[])["ask", "--model", Bundle, "--json", "-"], .. arguments]);

    private async Task ConvertAsync()
    {
        (int exit, _, string error) = await Tool.RunAsync(
            "convert", Path.Combine(Root, "glamm-tiny"), "--vision-tower", Path.Combine(Root, "clip-vit-tiny-patch14-252"), "--output", Bundle, "--precision", "fp32");
        Assert.Equal((0, string.Empty), (exit, error));
    }
}
