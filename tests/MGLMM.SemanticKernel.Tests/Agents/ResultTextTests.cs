using MGLMM.Vision;
using MGLMM.Vision.Functions;
using Microsoft.SemanticKernel;

namespace MGLMM.SemanticKernel.Tests.Agents;

/// <summary>A result is the JSON that a model gets, wherever it is read.</summary>
public sealed class ResultTextTests
{
    [Fact]
    public async Task As_text_as_a_string_and_in_a_prompt_template_it_is_the_json()
    {
        Kernel kernel = new();
        kernel.AddMglmmVision(await GardenScene.NewAsync());
        string json = (await (await GardenScene.NewAsync()).ReferAsync("img1", "the white house")).ToJson();
        KernelArguments arguments = new() { ["image"] = "img1", ["expression"] = "the white house" };
        KernelFunction function = kernel.Plugins.GetFunction("vision", "refer");
        Assert.Equal(json, (await kernel.InvokeAsync(function, arguments)).ToString());
        Assert.Equal(json, (await kernel.InvokeAsync(function, arguments)).GetValue<string>());
        Assert.Equal(json, await kernel.InvokeAsync<string>(function, arguments));
        Assert.Equal(json, await kernel.InvokeAsync<string>("vision", "refer", arguments));

        // All variables of a prompt reach each function that a template calls; those that it does not know mean nothing.
        Task<string> filled = new KernelPromptTemplateFactory()
            .Create(new PromptTemplateConfig("Seen: {{vision.refer image=$picture expression='the white house'}} {{$question}}") { AllowDangerouslySetContent = true })
            .RenderAsync(kernel, new() { ["picture"] = "img1", ["question"] = "Which?", ["sentences"] = 4 });
        Assert.Equal($"Seen: {json} Which?", await filled);
    }

    [Fact]
    public async Task The_planner_is_told_what_is_open_and_what_the_model_knows()
    {
        Kernel kernel = new();
        VisionToolset toolset = await GardenScene.NewAsync();
        kernel.AddMglmmVision(toolset);
        string folder = RepositoryRoot.Combine("prompts", "functions");
        string text = await VisionPrompts.RenderAsync(VisionPrompts.PlanVisualTask, [], kernel, folder, TestContext.Current.CancellationToken);
        Assert.Contains("img1: garden.png, 160 x 160 px; known: s1 (m1 a brown rabbit, ", text);
        Assert.Contains("garden. Knows drawn gardens; does not know photographs. Granularities: panoptic, instance, part. Languages that it reads: en.", text);
        Assert.DoesNotContain("none", text);

        // A toolset that is not there yet is no fault.
        Kernel waiting = new();
        waiting.Plugins.AddMglmmVision(VisionFunctions.Over(_ => throw new VisionNotReadyException(TimeSpan.FromSeconds(1))));
        Assert.Contains("open_image", await VisionPrompts.RenderAsync(VisionPrompts.PlanVisualTask, [], waiting, folder, TestContext.Current.CancellationToken));
    }
}
