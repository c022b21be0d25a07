using System.Text.Json;
using MGLMM.AgentFramework;
using MGLMM.Hosting;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.SemanticKernel.Chat;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI;
using TextContent = Microsoft.SemanticKernel.TextContent;

namespace MGLMM.SemanticKernel.Tests;

/// <summary>The README's code, compiled: <see cref="ReadmeTests"/> holds the two together line by line.</summary>
internal static class ReadmeSnippets
{
    public static async Task Agent(string apiKey)
    {
        using MglmmModel model = await MglmmModel.LoadAsync("path/to/bundle");
        VisionToolset toolset = new(model);                               // one per conversation; lets no file in by default

        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion("gpt-4.1", apiKey);
        Kernel kernel = builder.Build();
        kernel.Plugins.AddMglmmVision(toolset);                           // vision, vision_geometry, vision_output

        VisionChatHistory history = new(await VisionPrompts.RenderAsync(VisionPrompts.PlanVisualTask, [], kernel));
        history.AddUserMessage([
            new TextContent("Which tree is the largest? Outline it, and export it as GeoJSON."),
            new ImageContent(File.ReadAllBytes("picture.png"), "image/png")]);
        await history.OpenImagesAsync(toolset);                           // tells the model: "... is img1, 640 x 480 px."

        IChatCompletionService chat = kernel.GetRequiredService<IChatCompletionService>();
        PromptExecutionSettings settings = new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        Console.WriteLine(await chat.GetChatMessageContentAsync(history, settings, kernel));

        foreach (VisionArtifact file in toolset.Workspace.Artifacts)      // what was rendered and exported
        {
            File.WriteAllBytes(file.FileName, file.Content.ToArray());
        }
    }

    public static async Task ExtensionsAI(VisionToolset toolset, string apiKey)
    {
        IChatClient client = new OpenAIClient(apiKey).GetChatClient("gpt-4.1").AsIChatClient().AsBuilder().UseFunctionInvocation().Build();
        ChatOptions tools = new() { Tools = toolset.AsAITools() };
        toolset.AddImage("photo.png", File.ReadAllBytes("photo.png"));
        Console.WriteLine(await client.GetResponseAsync("Open photo.png and count the cars.", tools));
    }

    public static async Task AgentFramework(IGroundingModel model, IChatClient chatClient)
    {
        VisionContextProvider vision = new(model, folder: "kept");        // without a folder the last 256 sessions, in memory; over a host's IConversations too
        AIAgent agent = new ChatClientAgent(chatClient, new ChatClientAgentOptions { AIContextProviders = [vision] });
        AgentSession session = await agent.CreateSessionAsync();
        ChatMessage message = new(ChatRole.User, "Which tree is the largest? Outline it.");
        message.Contents.Add(new DataContent(File.ReadAllBytes("picture.png"), "image/png"));
        Console.WriteLine(await agent.RunAsync(message, session));
        JsonElement stored = await agent.SerializeSessionAsync(session);  // finds its pictures and regions again, in another process too
    }

    public static async Task Hosting(HostApplicationBuilder host, IServiceProvider services)
    {
        host.Services.AddMglmm();                                         // loads and warms the model in the background
        host.Services.AddHealthChecks().AddMglmm();
        IVisionToolsets toolsets = services.GetRequiredService<IVisionToolsets>();
        VisionToolset theirs = await toolsets.GetAsync(owner: "user 17", conversation: "chat 3");

        await theirs.Workspace.SaveAsync("kept/user 17/chat 3");

        // After a restart, before GetAsync makes an empty one; TryAdd is false where there is one already.
        VisionWorkspace again = await VisionWorkspace.LoadAsync("kept/user 17/chat 3");
        services.GetRequiredService<VisionWorkspaces>().TryAdd(again);
    }

    /// <param name="groundingModel">The model.</param>
    /// <param name="pictures">Where the pictures lie.</param>
    /// <param name="folder">Where checkpoints and results go.</param>
    /// <param name="person">Whether a doubtful mask stays.</param>
    public static async Task Workflow(IGroundingModel groundingModel, string pictures, string folder, Func<string, VisionRegion, bool> person)
    {
        foreach (string picture in Directory.GetFiles(pictures, "*.png").Order())
        {
            string checkpoint = Path.Combine(folder, Path.GetFileNameWithoutExtension(picture));
            VisionWorkspace? kept = Directory.Exists(checkpoint) ? await VisionWorkspace.LoadAsync(checkpoint) : null;
            VisionToolset steps = new(groundingModel, kept);
            Kernel kernel = new();
            kernel.Plugins.AddMglmmVision(steps);
            if (kept is null)
            {
                steps.AddImage("picture", File.ReadAllBytes(picture));
                await kernel.InvokeAsync("vision", "open_image", new() { ["source"] = "picture" });
                await kernel.InvokeAsync("vision", "segment_and_caption", new() { ["image"] = "img1", ["granularity"] = "instance" });
                await kernel.InvokeAsync("vision", "refer", new() { ["image"] = "img1", ["expression"] = "the trees" });
                await steps.Workspace.SaveAsync(checkpoint);
            }

            IReadOnlyList<VisionRegion> objects = steps.Workspace.RegionsInSet("s1");
            string[] approved = [.. steps.Workspace.RegionsInSet("s2")
                .Where(region => objects.Any(seen => seen.Mask.IntersectionOverUnion(region.Mask) > 0.5) || person(picture, region))
                .Select(region => region.Handle)];
            if (approved.Length > 0)
            {
                await kernel.InvokeAsync("vision_output", "export_regions", new() { ["set"] = string.Join(", ", approved), ["format"] = "coco_rle" });
                File.WriteAllBytes(checkpoint + ".json", steps.Workspace.Artifacts[^1].Content.ToArray());
            }
        }
    }

    public static async Task Engine(MglmmModel model)
    {
        OpenedImage image = model.OpenImage("picture.png");               // or a stream, bytes, raw RGB pixels

        Dialogue dialogue = image.StartDialogue();
        GroundedAnswer answer = await dialogue.AskAsync(model.Instructions.Fill("segment_and_caption.instance"));
        foreach (GroundedSegment segment in answer.Segments)
        {
            Console.WriteLine($"{segment.Phrase}: {segment.Mask.Area} px, {CocoRle.Encode(segment.Mask)}");
        }

        await foreach (AnswerPiece piece in dialogue.StreamAsync("What is beside it?"))
        {
            Console.Write((piece as TextPiece)?.Text);
        }
    }
}
