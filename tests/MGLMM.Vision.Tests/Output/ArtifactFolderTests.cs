using System.Text;
using MGLMM.Vision.Output;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Geometry;

namespace MGLMM.Vision.Tests.Output;

public sealed class ArtifactFolderTests(OracleTools oracle)
{
    [Fact]
    public async Task Files_are_written_under_free_names_and_never_over_others()
    {
        string folder = Path.Combine(oracle.NewFolder(), "made", "when needed");
        List<ArtifactResult> results = new();
        for (int conversation = 0; conversation < 3; conversation++)
        {
            PlainScene scene = Scene(folder);
            results.Add(await scene.Toolset.RenderImageAsync("img1", style: "cutout").As<ArtifactResult>());
            results.Add(await scene.Toolset.ExportRegionsAsync("img1", "geojson").As<ArtifactResult>());
            foreach (VisionArtifact artifact in scene.Workspace.Artifacts)
            {
                Assert.Equal(artifact.Content.ToArray(), await File.ReadAllBytesAsync(Path.Combine(folder, artifact.FileName)));
            }
        }

        Assert.Equal(
            ["a1-cutout.png", "a2-regions.geojson", "a1-cutout-2.png", "a2-regions-2.geojson", "a1-cutout-3.png", "a2-regions-3.geojson"],
            results.Select(result => result.FileName));

        // Nothing else is there: no temporary file is left.
        Assert.Equal(results.Select(result => result.FileName).Order(), Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Files_of_others_stay_as_they_are()
    {
        string folder = oracle.NewFolder();
        await File.WriteAllTextAsync(Path.Combine(folder, "a1-cutout.png"), "mine");
        Directory.CreateDirectory(Path.Combine(folder, "a1-cutout-2.png"));
        PlainScene scene = Scene(folder);
        Assert.Equal("a1-cutout-3.png", (await scene.Toolset.RenderImageAsync("img1", style: "cutout").As<ArtifactResult>()).FileName);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder, "a1-cutout.png")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder, "a1-cutout-2.png")));
    }

    [Fact]
    public async Task Many_at_once_each_get_a_name()
    {
        string folder = oracle.NewFolder();
        PlainScene[] scenes = Enumerable.Range(0, 4).Select(_ => Scene(folder)).ToArray();
        ArtifactResult[] results = await Task.WhenAll(Enumerable.Range(0, 24).Select(call => scenes[call % 4].Toolset.ExportRegionsAsync("img1", "svg").As<ArtifactResult>()));
        Assert.Equal(24, results.Select(result => result.FileName).Distinct().Count());
        Assert.Equal(24, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public async Task Writers_at_the_same_moment_lose_nothing()
    {
        string folder = oracle.NewFolder();
        const int Writers = 8, Files = 40;
        using Barrier start = new(Writers);
        string[][] names = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                return Enumerable.Range(0, Files).Select(file => ArtifactFolder.Write(folder, "a1.txt", Encoding.UTF8.GetBytes($"{writer} {file}"))).ToArray();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(Writers * Files, Directory.GetFileSystemEntries(folder).Length);
        for (int writer = 0; writer < Writers; writer++)
        {
            Assert.Equal(Enumerable.Range(0, Files).Select(file => $"{writer} {file}"), names[writer].Select(name => File.ReadAllText(Path.Combine(folder, name))));
        }
    }

    [Fact]
    public void After_nine_files_of_a_name_the_next_one_draws_its_own()
    {
        string folder = oracle.NewFolder();
        string[] names = [.. Enumerable.Range(0, 10).Select(_ => ArtifactFolder.Write(folder, "a1.png", [1]))];
        Assert.Equal(["a1.png", .. Enumerable.Range(2, 8).Select(number => $"a1-{number}.png")], names[..9]);
        Assert.Matches("^a1-[2-9b-z]{10}\\.png$", names[9]);
    }

    [Fact]
    public void Twenty_thousand_files_of_a_name_leave_room_for_the_next()
    {
        string folder = oracle.NewFolder();
        for (int number = 1; number <= 20_000; number++)
        {
            File.OpenHandle(Path.Combine(folder, number == 1 ? "a1-numbered.png" : $"a1-numbered-{number}.png"), FileMode.CreateNew, FileAccess.Write).Dispose();
        }

        string[] names = [.. Enumerable.Range(0, 100).Select(file => ArtifactFolder.Write(folder, "a1-numbered.png", Encoding.UTF8.GetBytes($"{file}")))];
        Assert.Equal(100, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^a1-numbered-[2-9b-z]{10}\\.png$", name));
        Assert.Equal(Enumerable.Range(0, 100).Select(file => $"{file}"), names.Select(name => File.ReadAllText(Path.Combine(folder, name))));
        Assert.Equal(20_100, Directory.GetFileSystemEntries(folder).Length);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_an_error_without_its_name()
    {
        string blocked = Path.Combine(oracle.NewFolder(), "a file");
        await File.WriteAllTextAsync(blocked, "not a folder");
        PlainScene scene = Scene(blocked);
        ToolError error = await scene.Toolset.RenderImageAsync("img1").Fails(ToolErrorCodes.Failed);
        Assert.DoesNotContain(blocked, error.ToJson());
        Assert.DoesNotContain(Path.GetTempPath(), error.ToJson());
        Assert.Empty(scene.Workspace.Artifacts);
        Assert.Equal("not a folder", await File.ReadAllTextAsync(blocked));
    }

    [Fact]
    public async Task Without_a_folder_files_stay_in_the_workspace()
    {
        PlainScene scene = Scene(null);
        Assert.Equal("a1-overlay.png", (await scene.Toolset.RenderImageAsync("img1").As<ArtifactResult>()).FileName);
        Assert.Single(scene.Workspace.Artifacts);
    }

    private PlainScene Scene(string? folder)
    {
        PlainScene scene = new(oracle, options: new VisionToolsetOptions { OutputFolder = folder });
        scene.AddBox("a cup", 5, 5, 20, 20);
        return scene;
    }
}
