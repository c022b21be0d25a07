using System.Reflection;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Support;

namespace MGLMM.Vision.Tests;

/// <summary>Whatever a caller writes, every tool answers with a short record, tells nothing of the machine, and leaves the workspace in order.</summary>
public sealed class RandomCallsTests(OracleTools oracle)
{
    /// <summary>MGLMM_FUZZ_COUNT sets the number of calls; a failure names its call, which reproduces it.</summary>
    [Fact]
    public async Task Any_call_is_answered_briefly_and_leaves_everything_in_order()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("MGLMM_FUZZ_COUNT"), out int asked) ? asked : 10_000;
        string folder = oracle.NewFolder();
        File.Copy(OracleData.Image("landscape_97x61.png"), Path.Combine(folder, "inside.png"));
        WorkspaceLimits limits = new() { MaximumImages = 2, MaximumRegions = 40, MaximumSets = 12, MaximumArtifacts = 5, MaximumArtifactBytes = 100_000 };
        VisionToolsetOptions options = new()
        {
            MaximumNewTokens = 4,
            Inputs = new() { AllowedFolders = [folder], AllowedHosts = ["93.184.215.77"], AllowDataUris = true },
        };

        using OracleModel model = new();
        VisionToolset toolset = oracle.NewToolset(options, model, new VisionWorkspace(limits));

        // Answers worth keeping come from a toolset that lets the model finish; both share the workspace.
        VisionToolset patient = oracle.NewToolset(options with { MaximumNewTokens = 48 }, model, toolset.Workspace);
        Dictionary<string, int> codes = new();
        (int Image, int Region, int Set, int Artifact) highest = (Image: 0, Region: 0, Set: 0, Artifact: 0);
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        for (int index = 0; index < count; index++)
        {
            Random random = new(index);
            if (index % 100 == 0)
            {
                string[] names = ["landscape", "portrait", "square"];
                OpenedImageResult opened = await patient.OpenImageAsync(names[index / 100 % 3]).As<OpenedImageResult>();
                await patient.SegmentAndCaptionAsync(opened.Image);
            }

            MethodInfo tool = AnyCall.Tools[random.Next(AnyCall.Tools.Count)];
            if (tool.Name == nameof(VisionToolset.RenderImageAsync) && random.Next(8) != 0)
            {
                // Drawing is by far the slowest and has tests of its own.
                tool = AnyCall.Tools[random.Next(AnyCall.Tools.Count)];
            }

            ToolResult result;
            try
            {
                result = await AnyCall.Of(toolset, tool, random, random.Next(50) == 0 ? cancelled.Token : default);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Call {index}, {tool.Name}, threw {exception}");
                return;
            }

            string json = result.ToJson();
            string code = (result as ToolError)?.Code ?? "ok";
            codes[code] = codes.GetValueOrDefault(code) + 1;
            Assert.True(code != ToolErrorCodes.Failed, $"Call {index}, {tool.Name}: {json}");
            foreach (string secret in (string[])[folder, Path.GetTempPath(), Environment.MachineName, "93.184.215.77", "   at ", "Exception", ".cs:line"])
            {
                Assert.False(json.Contains(secret, StringComparison.Ordinal), $"Call {index}, {tool.Name}, tells '{secret}': {json}");
            }

            // An explicit number of records is the caller's own choice.
            int tokens = TokenEstimate.Of(json);
            Assert.True(tokens <= Allowed(result, options.MaximumResultTokens), $"Call {index}, {tool.Name}, costs {tokens} tokens: {json}");
            highest = Grown(highest, toolset.Workspace, index);
            if (index % 50 == 0)
            {
                toolset.Workspace.IsConsistent();
            }
        }

        toolset.Workspace.IsConsistent();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", codes));
        Assert.True(codes["ok"] > count / 20, string.Join(", ", codes));
        foreach (string code in (string[])[ToolErrorCodes.UnknownHandle, ToolErrorCodes.BadArgument, ToolErrorCodes.BadGranularity, ToolErrorCodes.NotAllowed, ToolErrorCodes.Expired, ToolErrorCodes.RegionOfAnotherImage, ToolErrorCodes.TooLong, ToolErrorCodes.Cancelled])
        {
            Assert.Contains(code, codes.Keys);
        }

        string again = oracle.NewFolder();
        await toolset.Workspace.SaveAsync(again);
        VisionWorkspace loaded = await VisionWorkspace.LoadAsync(again, limits);
        loaded.IsConsistent();
        Assert.Equal(toolset.Workspace.Regions.Select(region => region.Mask), loaded.Regions.Select(region => region.Mask));
    }

    [Fact]
    public async Task Many_threads_of_any_calls_leave_everything_in_order()
    {
        WorkspaceLimits limits = new() { MaximumImages = 2, MaximumRegions = 30, MaximumSets = 8, MaximumArtifacts = 4 };
        VisionToolset toolset = oracle.NewToolset(new VisionToolsetOptions { MaximumNewTokens = 4 }, workspace: new VisionWorkspace(limits));
        VisionToolset patient = oracle.NewToolset(workspace: toolset.Workspace);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            Random random = new(worker);
            for (int index = 0; index < 100; index++)
            {
                ToolResult result = await AnyCall.Of(index % 20 == 0 ? patient : toolset, AnyCall.Tools[random.Next(AnyCall.Tools.Count)], random);
                Assert.True((result as ToolError)?.Code != ToolErrorCodes.Failed, result.ToJson());
            }
        })));
        toolset.Workspace.IsConsistent();
    }

    private static int Allowed(ToolResult result, int budget) => result switch
    {
        GroundedResult grounded => Math.Max(budget, 45 * grounded.Regions.Count) + 40,
        RegionsResult regions => Math.Max(budget, 60 * regions.Regions.Count) + 40,
        _ => budget + 40,
    };

    private static (int Image, int Region, int Set, int Artifact) Grown((int Image, int Region, int Set, int Artifact) before, VisionWorkspace workspace, int index)
    {
        (int Image, int Region, int Set, int Artifact) now = (
            Image: workspace.Images.Select(image => Handles.NumberOf(image.Handle, "img")).DefaultIfEmpty().Max(),
            Region: workspace.Regions.Select(region => region.Number).DefaultIfEmpty(before.Region).Max(),
            Set: workspace.Sets.Select(set => set.Number).DefaultIfEmpty(before.Set).Max(),
            Artifact: workspace.Artifacts.Select(artifact => artifact.Number).DefaultIfEmpty().Max());

        // The newest picture and the newest artifact are always kept; regions and sets may go with their picture.
        Assert.True(now.Image >= before.Image && now.Artifact >= before.Artifact, $"Call {index}: {before} became {now}");
        return (now.Image, Math.Max(before.Region, now.Region), Math.Max(before.Set, now.Set), now.Artifact);
    }
}
