using System.Text.Encodings.Web;
using System.Text.Json;
using MGLMM.Masks;
using MGLMM.SemanticKernel.Tests.Conversations;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.Extensions.AI;

namespace MGLMM.SemanticKernel.Tests.Tokens;

/// <summary>What the tools cost the model that uses them, counted with the tokenizer of GPT-4o and later (o200k_base).</summary>
public sealed class TokenCostTests(OracleTools oracle, ITestOutputHelper output)
{
    private const int SchemaBudget = 2_500;
    private const int ResultBudget = 600;

    [Fact]
    public async Task All_functions_together_cost_less_than_their_budget()
    {
        await using Agent agent = new(oracle.NewToolset(), _ => [ChatReply.Say("Hello.")]);
        await agent.AskAsync("Hello.", stream: false, takesImages: false);
        Assert.Equal(12, agent.Requests[0].Tools.Count);
        Report("Semantic Kernel", agent.Requests[0]);

        await using LoopbackServer server = new(_ => ChatReply.Say("Hello."));
        using IChatClient client = Agent.Client(server.Endpoint).GetChatClient("loopback").AsIChatClient();
        await client.GetResponseAsync("Hello.", new ChatOptions { Tools = oracle.NewToolset().AsAITools() });
        Assert.Equal(12, server.Requests[0].Tools.Count);
        Report("Microsoft.Extensions.AI", server.Requests[0]);

        void Report(string surface, ChatRequest request)
        {
            // Line breaks and escapes are the client's way of writing and no part of what a model reads.
            JsonSerializerOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
            int tokens = GptTokens.Count(JsonSerializer.Serialize(request.Tools, options));
            output.WriteLine($"{surface}: {tokens} tokens; {GptTokens.Count(request.ToolsJson)} with the client's line breaks and escapes");
            foreach (JsonElement tool in request.Tools)
            {
                output.WriteLine($"  {GptTokens.Count(JsonSerializer.Serialize(tool, options)),4} {tool.GetProperty("function").GetProperty("name")}");
            }

            Assert.InRange(tokens, 1, SchemaBudget - 1);
        }
    }

    [Fact]
    public async Task Every_result_stays_within_its_budget_whatever_it_tells()
    {
        Dictionary<string, (int Tokens, string Kind, string Json)> worst = new();
        foreach (string kind in Texts.Kinds)
        {
            VisionToolset toolset = oracle.NewToolset();
            for (int number = 0; number < 60; number++)
            {
                toolset.AddImage(Texts.Of(kind, 190, number).Replace('/', '-') + number, await File.ReadAllBytesAsync(OracleData.Image("landscape_97x61.png")));
            }

            await toolset.OpenImageAsync("landscape");
            await toolset.OpenImageAsync("square");
            string[] regions = Regions(toolset, "img1", kind);
            string[] elsewhere = Regions(toolset, "img2", kind);
            string all = string.Join(",", regions);
            string odd = Texts.Of(kind, 60, 77);
            for (int set = 0; set < 20; set++)
            {
                await toolset.SelectRegionsAsync("img1", top: set + 1);
            }

            Measure("open_image unknown", await toolset.OpenImageAsync(odd));
            Measure("get_regions", await toolset.GetRegionsAsync("img1"));
            Measure("get_regions all fields", await toolset.GetRegionsAsync("img1", fields: "phrase,area_px,area_fraction,box_xyxy_px,centroid_xy_px,within,origin"));
            Measure("get_regions last page", await toolset.GetRegionsAsync("img1", offset: 39));
            Measure("select_regions", await toolset.SelectRegionsAsync(all, orderBy: "nearest", near: regions[7]));
            Measure("select_regions none", await toolset.SelectRegionsAsync("img1", label: "zebra " + odd));
            Measure("select_regions words", await toolset.SelectRegionsAsync("img1", label: Texts.Of(kind, 100, 3)));
            Measure("combine_regions union", await toolset.CombineRegionsAsync("union", all));
            Measure("combine_regions subtract", await toolset.CombineRegionsAsync("subtract", regions[0], regions[1]));
            Measure("combine_regions invert", await toolset.CombineRegionsAsync("invert", all));
            Measure("combine_regions grow", await toolset.CombineRegionsAsync("grow", all, pixels: 1.5));
            Measure("combine_regions shrink away", await toolset.CombineRegionsAsync("shrink", all, pixels: 500));
            Measure("combine_regions split_parts", await toolset.CombineRegionsAsync("split_parts", all));
            Measure("compare_regions 12 pairs", await toolset.CompareRegionsAsync(string.Join(",", regions.Take(5))));
            Measure("compare_regions all", await toolset.CompareRegionsAsync(all));
            Measure("compare_regions one", await toolset.CompareRegionsAsync(regions[0]));
            // Files take long to make, and tell nothing of the regions' words.
            if (kind is "english" or "emoji")
            {
                foreach (string? style in new[] { "overlay", "numbered", "cutout", "crop" })
                {
                    Measure("render_image " + style, await toolset.RenderImageAsync("img1", style: style));
                }

                foreach (string? format in new[] { "coco_rle", "coco_polygon", "panoptic_png", "mask_png", "labelme", "geojson", "yolo_seg", "label_studio", "svg" })
                {
                    Measure("export_regions " + format, await toolset.ExportRegionsAsync("img1", format));
                }
            }

            Measure("unknown image", await toolset.CaptionAsync(odd));
            Measure("unknown region", await toolset.CaptionAsync("img1", odd));
            Measure("unknown set", await toolset.GetRegionsAsync("s999"));
            Measure("unknown within", await toolset.SegmentAndCaptionAsync("img1", "part", "m999"));
            Measure("part without region", await toolset.SegmentAndCaptionAsync("img1", "part"));
            Measure("region elsewhere", await toolset.CaptionAsync("img1", elsewhere[0]));
            Measure("regions of two images", await toolset.CombineRegionsAsync("union", $"{regions[0]}, {elsewhere[0]}"));
            Measure("bad granularity", await toolset.SegmentAndCaptionAsync("img1", odd));
            Measure("bad detail", await toolset.CaptionAsync("img1", detail: odd));
            Measure("bad operation", await toolset.CombineRegionsAsync(odd, all));
            Measure("bad format", await toolset.ExportRegionsAsync(all, odd));
            Measure("bad field", await toolset.GetRegionsAsync("img1", fields: odd));
            Measure("too long", await toolset.AskAsync("img1", Texts.Of(kind, 5_000)));
            Measure("empty set", await toolset.CompareRegionsAsync(EmptySet(toolset)));
            foreach (VisionFunction function in VisionFunctions.Over(toolset))
            {
                Measure(function.Name + " without arguments", await function.CallAsync([]));
            }

            Measure("segment_and_caption", Grounded(toolset, regions, kind, RegionFields.Normal));
            Measure("segment_and_caption detailed", Grounded(toolset, regions, kind, RegionFields.Detailed));
            Measure("refer none", Grounded(toolset, [], kind, RegionFields.Normal));
            Measure("caption", new CaptionResult
            {
                Image = "img1",
                Region = regions[0],
                Caption = Vision.Results.ResultBudget.Text(Texts.Of(kind, 4_000), 1_200, VisionToolsetOptions.Default.MaximumResultTokens * 4 / 5),
                CutOff = true,
            });

            void Measure(string what, ToolResult result)
            {
                string json = result.ToJson();
                int tokens = GptTokens.Count(json);
                if (!worst.TryGetValue(what, out (int Tokens, string Kind, string Json) known) || tokens > known.Tokens)
                {
                    worst[what] = (tokens, kind, json);
                }
            }
        }

        foreach ((string what, (int tokens, string kind, string json)) in worst.OrderByDescending(entry => entry.Value.Tokens))
        {
            output.WriteLine($"{tokens,4} {what} ({kind}): {json[..Math.Min(json.Length, 160)]}");
        }

        Assert.All(worst, entry => Assert.True(entry.Value.Tokens < ResultBudget, $"{entry.Value.Tokens} tokens: {entry.Key} ({entry.Value.Kind}): {entry.Value.Json}"));
    }

    /// <summary>As a toolset makes it of a long caption and of forty regions.</summary>
    private static GroundedResult Grounded(VisionToolset toolset, IReadOnlyList<string> handles, string kind, RegionFields fields)
    {
        int budget = VisionToolsetOptions.Default.MaximumResultTokens;
        VisionRegion[] regions = handles.Select(handle => toolset.Workspace.Regions.Single(region => region.Handle == handle)).ToArray();
        string said = Vision.Results.ResultBudget.Text(Texts.Of(kind, 4_000), VisionToolsetOptions.Default.MaximumTextLength, regions.Length == 0 ? budget / 2 : budget * 2 / 5);
        IReadOnlyList<RegionRecord> listed = Vision.Results.ResultBudget.Fitting(regions, fields, budget, said);
        return new GroundedResult
        {
            Image = "img12",
            Within = "m1234",
            Granularity = "panoptic",
            Empty = regions.Length == 0,
            ModelSaid = said,
            Set = "s1234",
            Regions = listed,
            MoreRegionCount = regions.Length - listed.Count,
            DroppedOutsideCount = 3,
            EmptyMaskCount = 4,
            LookedAt = "whole_image",
            CutOff = true,
        };
    }

    private static string EmptySet(VisionToolset toolset)
    {
        Assert.True(toolset.Workspace.TryGetImage("img1", out VisionImage? image));
        return toolset.Workspace.AddSet(image, [], "nothing").Handle;
    }

    /// <summary>Forty regions, each with 100 characters to call it by; every second in two pieces.</summary>
    private static string[] Regions(VisionToolset toolset, string handle, string kind)
    {
        Assert.True(toolset.Workspace.TryGetImage(handle, out VisionImage? image));
        IEnumerable<(Mask, string?)> found = Enumerable.Range(0, 40).Select(number =>
        {
            Mask mask = Mask.FromRectangle(image.Width, image.Height, new PixelBox(number, number / 2, number + 9, (number / 2) + 11));
            Mask piece = Mask.FromRectangle(image.Width, image.Height, new PixelBox(number + 20, 50, number + 22, 55));
            return (number % 2 == 0 ? mask : mask.Union(piece), (string?)Texts.Of(kind, 100, number));
        });
        return [.. toolset.Workspace.AddRegions(image, found, Texts.Of(kind, 300), parent: null, model: "tiny").Select(region => region.Handle)];
    }
}
