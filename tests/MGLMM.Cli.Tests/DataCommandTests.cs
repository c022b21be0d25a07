using System.Text.Json;
using MGLMM.Data;
using MGLMM.Data.Import;
using MGLMM.Masks;

namespace MGLMM.Cli.Tests;

/// <summary><c>import</c>, <c>segcap</c> and <c>export-segcap</c>: names, exit codes, what is said.</summary>
public sealed class DataCommandTests : IDisposable
{
    private const string Instances =
        """
        {"images":[{"id":1,"file_name":"1.png","width":8,"height":6},{"id":2,"file_name":"2.png","width":8,"height":6}],
         "annotations":[{"id":1,"image_id":1,"category_id":7,"iscrowd":0,"segmentation":[[1,1,6,1,6,4,1,4]]}],
         "categories":[{"id":7,"name":"kite"}]}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-tool-").FullName;

    [Fact]
    public async Task A_data_set_is_imported_checked_and_drawn()
    {
        WriteDataSet();
        string output = Path.Combine(_folder, "out", "segcap.jsonl");
        (int exit, string said, string error) = await Tool.RunAsync("import", "coco-instances", _folder, "--output", output, "--for", "evaluation", "--seed", "3");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("1 samples, 1 questions, 1 masks", said, StringComparison.Ordinal);
        Assert.Contains("left out: 1 x a picture has no annotation (picture 2)", said, StringComparison.Ordinal);

        (exit, said, error) = await Tool.RunAsync("segcap", "check", output);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("source: coco-instances val 1", said, StringComparison.Ordinal);

        (exit, said, _) = await Tool.RunAsync("segcap", "check", output, "--json", "-");
        using JsonDocument json = JsonDocument.Parse(said);
        Assert.Equal((0, 1), (exit, json.RootElement.GetProperty("counts").GetProperty("samples").GetInt32()));

        string report = Path.Combine(_folder, "new", "check.json");
        (exit, said, error) = await Tool.RunAsync("segcap", "check", output, "--json", report);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("source: coco-instances val 1", said, StringComparison.Ordinal);
        Assert.True(File.Exists(report));

        foreach (string page in (string[])["page.html", "page.png"])
        {
            (exit, _, error) = await Tool.RunAsync("segcap", "sheet", output, "--output", Path.Combine(_folder, page));
            Assert.Equal((0, string.Empty), (exit, error));
        }

        // A page is drawn anew; what is none stays as it is.
        Assert.Equal(0, (await Tool.RunAsync("segcap", "sheet", output, "--output", Path.Combine(_folder, "page.html"))).ExitCode);
        await File.WriteAllTextAsync(Path.ChangeExtension(output, ".html"), "my own page");
        (exit, _, error) = await Tool.RunAsync("segcap", "sheet", output);
        Assert.Equal(2, exit);
        Assert.Contains("segcap.html' is there already", error, StringComparison.Ordinal);
        Assert.Equal("my own page", await File.ReadAllTextAsync(Path.ChangeExtension(output, ".html")));

        Assert.Contains("kite", await File.ReadAllTextAsync(Path.Combine(_folder, "page.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coco", "coco-instances")]
    [InlineData("mgsc", "mgsc")]
    [InlineData("grandf", "grandf")]
    public async Task A_file_goes_out_and_comes_back(string format, string kind)
    {
        WriteDataSet();
        (string output, string back) = (Path.Combine(_folder, "segcap.jsonl"), Path.Combine(_folder, "back.jsonl"));
        await Tool.RunAsync("import", "coco-instances", _folder, "-o", output, "--split", "val");
        (int exit, string said, string error) = await Tool.RunAsync("export-segcap", output, "--format", format);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("1 samples, 1 questions, 1 masks", said, StringComparison.Ordinal);
        (exit, _, error) = await Tool.RunAsync("import", kind, Path.Combine(_folder, "segcap-" + format), "-o", back);
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Equal(await File.ReadAllTextAsync(output), await File.ReadAllTextAsync(back));
    }

    [Fact]
    public async Task Faults_are_an_exit_code_and_lines_that_say_where()
    {
        WriteDataSet();
        string output = Path.Combine(_folder, "segcap.jsonl");
        await Tool.RunAsync("import", "coco-instances", _folder, "-o", output, "--split", "val");
        await File.AppendAllTextAsync(output, "{\"id\":\"x\"}\n");
        (int exit, string said, string error) = await Tool.RunAsync("segcap", "check", output);
        Assert.Equal(2, exit);
        Assert.Contains("fault: line 2", said, StringComparison.Ordinal);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_ends_when_it_is_told_to_and_the_same_command_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A signal ends it.");
        WriteDataSet(pictures: 20_000);
        string output = Path.Combine(_folder, "stopped.jsonl");
        string[] arguments = ["import", "coco-instances", _folder, "--split", "val", "--output"];
        using (AppearingFile state = new(_folder, "stopped.jsonl.part.json"))
        {
            (int exit, _, string error) = await Tool.CancelAsync(state.There, [], [.. arguments, output]);
            Assert.Equal((1, "error: Cancelled; the same command goes on from here.\n"), (exit, error.ReplaceLineEndings("\n")));
        }

        Assert.False(File.Exists(output));
        (int code, string said, string rest) = await Tool.RunAsync([.. arguments, output]);
        Assert.Equal((0, string.Empty), (code, rest));
        Assert.Contains("of the samples were there from an earlier run", said, StringComparison.Ordinal);
        DatasetImporter.Run(new ImportOptions { Kind = "coco-instances", Folder = _folder, Split = "val", Output = Path.Combine(_folder, "whole.jsonl") });
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_folder, "whole.jsonl")), await File.ReadAllBytesAsync(output));
        Assert.Empty(Directory.GetFiles(_folder, "*.part*"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_data_set_is_told_with_its_place_and_leaves_nothing()
    {
        WriteDataSet();
        string path = Path.Combine(_folder, "annotations", "instances_val2017.json");
        string output = Path.Combine(_folder, "out", "segcap.jsonl");
        foreach ((string from, string to, string said) in ((string, string, string)[])
            [("\"category_id\":7", "\"category_id\":8", "'instances_val2017.json', annotations[0].category_id: there is no category 8."), ("\"height\":6},{", "\"height\":6},,{", "line 1, byte ")])
        {
            await File.WriteAllTextAsync(path, Instances.Replace(from, to, StringComparison.Ordinal));
            (int exit, _, string error) = await Tool.RunAsync("import", "coco-instances", _folder, "--output", output, "--split", "val");
            Assert.Equal(2, exit);
            Assert.Contains(said, error, StringComparison.Ordinal);
            Assert.Single(error.Trim().Split('\n'));
            Assert.Empty(Directory.GetFiles(Path.Combine(_folder, "out")));
        }
    }

    [Theory]
    [InlineData("There is no kind of data set 'voc'", "import", "voc", ".", "--output", "x.jsonl")]
    [InlineData("There is no folder", "import", "refcoco", "no-such-folder", "--output", "x.jsonl")]
    [InlineData("Option '--output' is required.", "import", "refcoco", ".")]
    [InlineData("'nothing' not recognized", "import", "refcoco", ".", "--output", "x.jsonl", "--for", "nothing")]
    [InlineData("The limit is 0; it must be at least 1.", "import", "refcoco", ".", "--output", "x.jsonl", "--limit", "0")]
    [InlineData("instances_train2017.json", "import", "coco-instances", ".", "--output", "x.jsonl")]
    [InlineData("There is no file", "segcap", "check", "no-such-file")]
    [InlineData("There is no file", "segcap", "sheet", "no-such-file")]
    public async Task Wrong_arguments_are_told_in_one_line(string said, params string[] arguments)
    {
        (int exit, _, string error) = await Tool.RunAsync(arguments);
        Assert.Equal(2, exit);
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void WriteDataSet(int pictures)
    {
        WriteDataSet();
        IEnumerable<int> ids = Enumerable.Range(1, pictures);
        File.WriteAllText(Path.Combine(_folder, "annotations", "instances_val2017.json"), JsonSerializer.Serialize(new
        {
            images = ids.Select(id => new { id, file_name = "1.png", width = 8, height = 6 }),
            annotations = ids.Select(id => new { id, image_id = id, category_id = 7, iscrowd = 0, segmentation = (int[][])[[1, 1, 2 + (id % 5), 1, 6, 4, 1, 4]] }),
            categories = new[] { new { id = 7, name = "kite" } },
        }));
    }

    private void WriteDataSet()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "annotations"));
        Directory.CreateDirectory(Path.Combine(_folder, "val2017"));
        File.WriteAllText(Path.Combine(_folder, "annotations", "instances_val2017.json"), Instances);
        File.WriteAllBytes(Path.Combine(_folder, "val2017", "1.png"), MaskPng.Encode(Mask.FromRectangle(8, 6, new PixelBox(1, 1, 6, 4)), 8));
    }
}
