using System.Text.Json;
using MGLMM.Vision;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.SemanticKernel.Tests.Tokens;

/// <summary>The estimate that keeps results short, against a real tokenizer.</summary>
public sealed class TokenEstimateTests(OracleTools oracle, ITestOutputHelper output)
{
    [Fact]
    public void Is_an_upper_bound_for_texts_of_every_kind()
    {
        foreach (string kind in Texts.Kinds)
        {
            for (int seed = 0; seed < 40; seed++)
            {
                string text = Texts.Of(kind, 60 + (seed * 20), seed);
                Assert.True(TokenEstimate.Of(text) >= GptTokens.Count(text), $"{kind}: {TokenEstimate.Of(text)} < {GptTokens.Count(text)} for: {text}");
            }
        }
    }

    [Fact]
    public void Is_an_upper_bound_for_documents()
    {
        foreach (string? file in Directory.GetFiles(RepositoryRoot.Combine("docs"), "*.md").Append(RepositoryRoot.Combine("README.md")))
        {
            foreach (string paragraph in File.ReadAllText(file).Split("\n\n"))
            {
                Assert.True(TokenEstimate.Of(paragraph) >= GptTokens.Count(paragraph), $"{TokenEstimate.Of(paragraph)} < {GptTokens.Count(paragraph)}: {paragraph}");
            }
        }
    }

    [Fact]
    public async Task Is_an_upper_bound_for_ordinary_results_and_at_most_twice_what_they_cost()
    {
        VisionToolset toolset = oracle.NewToolset();
        await toolset.OpenImageAsync("square");
        await toolset.OpenImageAsync("landscape");
        ToolResult[] results =
        [
            await toolset.OpenImageAsync("landscape"),
            await toolset.SegmentAndCaptionAsync("img2"),
            await toolset.SegmentAndCaptionAsync("img1", detail: "detailed"),
            await toolset.ReferAsync("img2", "red barn"),
            await toolset.ReferAsync("img2", "dog"),
            await toolset.CaptionAsync("img2"),
            await toolset.CombineRegionsAsync("union", "img1"),
            await toolset.SelectRegionsAsync("img2", orderBy: "largest"),
            await toolset.GetRegionsAsync("img2"),
            await toolset.CompareRegionsAsync("img2"),
            await toolset.RenderImageAsync("img2"),
            await toolset.ExportRegionsAsync("img1", "coco_rle"),
            await toolset.CaptionAsync("img2", "m99"),
        ];
        (int estimates, int costs) = (0, 0);
        foreach (string? json in results.Select(result => result.ToJson()))
        {
            (int estimate, int cost) = (TokenEstimate.Of(json), GptTokens.Count(json));
            output.WriteLine($"{cost,4} tokens, estimate {estimate,4}: {json}");
            Assert.InRange(estimate, cost, int.MaxValue);
            (estimates, costs) = (estimates + estimate, costs + cost);
        }

        output.WriteLine($"together {costs} tokens, estimate {estimates}, {(double)estimates / costs:F2} times");
        Assert.InRange((double)estimates / costs, 1, 2);
    }
}
