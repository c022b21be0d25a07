using MGLMM.Masks;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Language;
using MGLMM.Vision.Output;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Support;
using MGLMM.Vision.Tools.BuiltIn;

namespace MGLMM.Vision.Tests.Geometry;

/// <summary>Whatever geometry and output are called with, they answer, shortly and without paths, and the workspace stays whole.</summary>
public sealed class RandomCallsTests(OracleTools oracle)
{
    private static readonly string?[] Words =
    [
        null, string.Empty, " ", "null", "img1", "img2", "img3", "m1", "m2", "m3, m4", "[m5; m6]", "m7 m1 s1", "s1", "s2", "s3", "s999", "m0", "m99999999999999999999", "a1",
        "m1, m8", "tree", "a red car", "../..", "/etc/passwd", "C:\\x", "\u202E", "\uD800", "a\0b", "<svg>", "largest", "nearest", "overlay", "phrase,origin", "everything",
        "m1,m1,m1", "img1,m1", "s1,img1", "{object}",
    ];

    [Fact]
    public async Task No_call_fails_inside_or_leaves_the_workspace_broken()
    {
        const int Calls = 1000;
        string folder = oracle.NewFolder();
        PlainScene scene = new(
            oracle, options: new VisionToolsetOptions { OutputFolder = folder }, limits: new WorkspaceLimits { MaximumRegions = 60, MaximumSets = 30, MaximumArtifacts = 5 });
        for (int seed = 0; seed < 6; seed++)
        {
            scene.Add(seed == 2 ? null : $"a thing of seed {seed}", PlainScene.Noise(seed, 40, 30));
        }

        VisionImage other = scene.AddImage(oracle, 9, 11, 2);
        scene.AddBox("a tree", 1, 1, 5, 5, image: other);
        scene.AddSet([.. scene.Workspace.RegionsOf("img1")]);
        scene.AddSet();
        VisionToolset tools = scene.Toolset;
        Random random = new(11);
        int done = 0;
        for (int round = 0; round < Calls; round++)
        {
            int listing = random.Next(3) == 0 ? 30 : 10;
            ToolResult result = await (random.Next(8) switch
            {
                0 or 1 => tools.CombineRegionsAsync(Any(ToolValues.Of(CombineRegionsTool.Instance, "operation")), Handle(), random.Next(2) == 0 ? null : Handle(), random.Next(3) == 0 ? null : random.Next(-1, 9)),
                2 or 3 => tools.SelectRegionsAsync(
                    Handle(), Word(), random.Next(3) == 0 ? random.Next(-1, 300) : null, random.Next(3) == 0 ? random.Next(-1, 900) : null,
                    Any([.. ToolValues.Of(SelectRegionsTool.Instance, "order_by"), null]), Word(), random.Next(3) == 0 ? random.Next(-1, 5) : null, random.Next(3) == 0 ? random.Next(-1, 5) : null),
                4 => tools.CompareRegionsAsync(Handle()),
                5 => tools.GetRegionsAsync(Handle(), random.Next(-1, 9), listing, Word()),
                6 => tools.RenderImageAsync(Handle(), Word(), Any(["crop", "cutout"])),
                _ => tools.ExportRegionsAsync(Handle(), Any([.. ExportFormats.BuiltIn.Select(format => format.Name)])!),
            });
            string json = result.ToJson();
            Assert.NotEqual(ToolErrorCodes.Failed, (result as ToolError)?.Code);
            Assert.DoesNotContain(folder, json);
            Assert.DoesNotContain("   at ", json);
            if (result is ToolError or not RegionsResult { Regions.Count: > 10 })
            {
                Assert.True(TokenEstimate.Of(json) <= 600, json);
            }

            done += result is ToolError ? 0 : 1;
        }

        Assert.InRange(done, Calls / 10, Calls);
        Assert.All(scene.Workspace.Regions, region =>
        {
            Assert.True(scene.Workspace.TryGetImage(region.Image, out VisionImage? image));
            Assert.Equal((image.Width, image.Height, false), (region.Mask.Width, region.Mask.Height, region.Mask.IsEmpty));
        });
        Assert.All(scene.Workspace.Sets, set => Assert.All(scene.Workspace.RegionsInSet(set.Handle), region => Assert.Equal(set.Image, region.Image)));
        Assert.All(scene.Workspace.Artifacts, artifact => Assert.True(File.Exists(Path.Combine(folder, artifact.FileName))));
        Assert.DoesNotContain(Directory.GetFiles(folder), file => file.EndsWith(".tmp", StringComparison.Ordinal));

        string? Word() => Words[random.Next(Words.Length)];

        // Mostly handles that are there, so that much is done, and among it whatever else.
        string Handle() => random.Next(4) switch
        {
            0 => Word()!,
            1 => scene.Workspace.Sets[random.Next(scene.Workspace.Sets.Count)].Handle,
            2 => "img1",
            _ => $"{AnyRegion()}, {AnyRegion()}",
        };

        string AnyRegion() => scene.Workspace.Regions[random.Next(scene.Workspace.Regions.Count)].Handle;

        string Any(string?[] names) => random.Next(12) == 0 ? Word()! : names[random.Next(names.Length)]!;
    }

    [Fact]
    public async Task Calls_at_once_do_not_disturb_each_other()
    {
        PlainScene scene = new(oracle);
        for (int seed = 0; seed < 6; seed++)
        {
            scene.Add($"thing {seed}", PlainScene.Noise(seed, 40, 30));
        }

        Mask expected = scene.Region("m1").Mask.Union(scene.Region("m2").Mask);
        ToolResult[] results = await Task.WhenAll(Enumerable.Range(0, 40).Select(call => (call % 4) switch
        {
            0 => scene.Toolset.CombineRegionsAsync("union", "m1, m2"),
            1 => scene.Toolset.SelectRegionsAsync("m1, m2, m3", orderBy: "smallest"),
            2 => scene.Toolset.ExportRegionsAsync("m1, m2", "coco_rle"),
            _ => scene.Toolset.GetRegionsAsync("m1, m2, m3"),
        }));
        Assert.All(results, result => Assert.IsNotType<ToolError>(result));
        string union = Assert.Single(results.OfType<RegionsResult>().Where(result => result.Count == 1).Select(result => result.Regions[0].Region).Distinct());
        Assert.Equal(expected, scene.Region(union).Mask);
        Assert.Equal(10, results.OfType<ArtifactResult>().Select(result => result.Artifact).Distinct().Count());
    }
}
