// An agent of your own that sees, in one file: dotnet run --project samples/QuickStart -- [picture] [request]
// With OPENAI_API_KEY and OPENAI_MODEL set a chat model plans the calls; without, the calls below stand for its plan.
using MGLMM.Models.Scenes;
using MGLMM.Runtime;
using MGLMM.SemanticKernel;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Results;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

string picture = args.ElementAtOrDefault(0) ?? Path.Combine(AppContext.BaseDirectory, "garden.png");
string request = args.ElementAtOrDefault(1) ?? "Which tree is the largest? Outline it.";

// The model: the small one that comes with the package, or any bundle that mglmm convert or mglmm pull made.
using MglmmModel model = await MglmmModel.LoadAsync(ScenesModel.BundlePath);

// The tools: one toolset per conversation. It opens nothing but what it is given.
VisionToolset toolset = new(model);
toolset.AddImage("picture.png", File.ReadAllBytes(picture));

// The agent: any Semantic Kernel agent, with three plugins more.
IKernelBuilder builder = Kernel.CreateBuilder();
if (Environment.GetEnvironmentVariable("OPENAI_API_KEY") is { Length: > 0 } key && Environment.GetEnvironmentVariable("OPENAI_MODEL") is { Length: > 0 } name)
{
    builder.AddOpenAIChatCompletion(name, key);
}

Kernel kernel = builder.Build();
kernel.Plugins.AddMglmmVision(toolset);

if (kernel.Services.GetService(typeof(IChatCompletionService)) is IChatCompletionService chat)
{
    ChatHistory history = new(await VisionPrompts.RenderAsync(VisionPrompts.PlanVisualTask, [], kernel));
    history.AddUserMessage($"Open picture.png. {request}");
    PromptExecutionSettings settings = new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
    Console.WriteLine(await chat.GetChatMessageContentAsync(history, settings, kernel));
}
else
{
    await Call("vision", "open_image", new() { ["source"] = "picture.png" });
    await Call("vision", "segment_and_caption", new() { ["image"] = "img1", ["granularity"] = "instance" });
    await Call("vision_geometry", "select_regions", new() { ["set"] = "s1", ["label"] = "tree", ["order_by"] = "largest", ["top"] = 1 });
    await Call("vision_output", "render_image", new() { ["image"] = "img1", ["regions"] = "s2", ["style"] = "outline" });
}

// What the tools made for people: bytes that no language model ever saw.
foreach (VisionArtifact artifact in toolset.Workspace.Artifacts)
{
    await File.WriteAllBytesAsync(artifact.FileName, artifact.Content.ToArray());
    Console.WriteLine($"Written: {Path.GetFullPath(artifact.FileName)}");
}

async Task Call(string plugin, string function, KernelArguments arguments)
{
    FunctionResult result = await kernel.InvokeAsync(plugin, function, arguments);
    Console.WriteLine($"{function} -> {result}");
}
