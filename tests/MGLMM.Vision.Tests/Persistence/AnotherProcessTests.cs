using System.Diagnostics;
using MGLMM.Masks;

namespace MGLMM.Vision.Tests.Persistence;

/// <summary>A save outlives the process that made it.</summary>
public sealed class AnotherProcessTests(OracleTools oracle)
{
    private const string Variable = "MGLMM_SAVED_WORKSPACE";

    [Fact]
    public async Task A_save_is_the_same_to_another_process()
    {
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        string folder = oracle.NewFolder();
        await workspace.SaveAsync(folder);
        string program = Environment.ProcessPath!;
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { [Variable] = folder } };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(AnotherProcessTests).Assembly.Location);
        }

        start.ArgumentList.Add("-method");
        start.ArgumentList.Add($"{typeof(AnotherProcessTests).FullName}.{nameof(Told_by_the_other_process)}");
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said + await errors);
        Assert.Equal(Summary(workspace).Replace("\uD800", "\uFFFD", StringComparison.Ordinal), File.ReadAllText(folder + ".told"));
    }

    /// <summary>The other process's part; alone, there is nothing to tell.</summary>
    [Fact]
    public async Task Told_by_the_other_process()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } folder)
        {
            return;
        }

        VisionWorkspace workspace = await VisionWorkspace.LoadAsync(folder);
        string summary = Summary(workspace);
        Assert.Equal("img5", SavedWorkspace.AddImage(workspace, oracle, 9).Handle);
        File.WriteAllText(folder + ".told", summary);
    }

    private static string Summary(VisionWorkspace workspace) => string.Join('\n',
    [
        $"{workspace.Owner} {workspace.Conversation}",
        .. workspace.Images.Select(image => $"{image.Handle} {image.Name} {image.Pixels.ContentHash} {string.Join('|', workspace.DialogueOf(image.Handle))}"),
        .. workspace.Regions.Select(region => $"{region.Handle} {region.Image} {region.Phrase} {region.Parent} {string.Join(',', region.Sources)} {CocoRle.Encode(region.Mask)}"),
        .. workspace.Sets.Select(set => $"{set.Handle} {string.Join(',', set.Regions)}"),
        .. workspace.Artifacts.Select(artifact => $"{artifact.Handle} {artifact.FileName} {Convert.ToHexString(artifact.Content.Span)}"),
    ]);
}
