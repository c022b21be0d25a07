using System.Text.Json;
using MGLMM.AgentFramework;
using MGLMM.Hosting;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.SemanticKernel.Chat;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
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

    /// <param name="host">The host.</param>
    /// <param name="folder">Where conversations are kept, a full path.</param>
    public static void Hosting(HostApplicationBuilder host, string folder)
    {
        host.Services.AddMglmm();                                         // loads and warms the model in the background
        host.Services.AddMglmmConversationFolder(kept => kept.Folder = folder);
        host.Services.AddHealthChecks().AddMglmm();
    }

    /// <returns>The conversation's handle; null where it was not found again.</returns>
    public static async Task<string?> Conversations(IServiceProvider services)
    {
        string conversation;
        IConversations conversations = services.GetRequiredService<IConversations>();
        await using (IConversationLease begun = await conversations.BeginAsync(owner: "user 17"))
        {
            VisionToolset theirs = await begun.GetToolsetAsync();
            await begun.SaveAsync();                                      // after whatever added to it, before its handles are told
            conversation = begun.Workspace.Conversation;
        }

        // The next request, after a restart too; null where this owner has no conversation of that handle.
        await using IConversationLease? again = await conversations.FindAsync("user 17", conversation);
        return again?.Workspace.Conversation;
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
            async Task<T> CallAsync<T>(string plugin, string function, KernelArguments arguments)
                where T : ToolResult
            {
                ToolResult? result = (await kernel.InvokeAsync(plugin, function, arguments)).GetToolResult();
                return result as T ?? throw new InvalidOperationException($"{picture}: {(result as ToolError)?.Message}");
            }

            if (kept is null)
            {
                steps.AddImage("picture", File.ReadAllBytes(picture));
                string image = (await CallAsync<OpenedImageResult>("vision", "open_image", new() { ["source"] = "picture" })).Image;
                GroundedResult seen = await CallAsync<GroundedResult>("vision", "segment_and_caption", new() { ["image"] = image, ["granularity"] = "instance" });
                GroundedResult found = await CallAsync<GroundedResult>("vision", "refer", new() { ["image"] = image, ["expression"] = "the trees" });
                File.WriteAllLines(checkpoint + ".sets", [seen.Set ?? "", found.Set ?? ""]);      // before the workspace, with which the step counts
                await steps.Workspace.SaveAsync(checkpoint);
            }

            IReadOnlyList<VisionRegion>[] sets = [.. File.ReadAllLines(checkpoint + ".sets").Select(set => set.Length == 0 ? [] : steps.Workspace.RegionsInSet(set))];
            string[] approved = [.. sets[1]
                .Where(region => sets[0].Any(seen => seen.Mask.IntersectionOverUnion(region.Mask) > 0.5) || person(picture, region))
                .Select(region => region.Handle)];
            if (approved.Length > 0)
            {
                await CallAsync<ArtifactResult>("vision_output", "export_regions", new() { ["set"] = string.Join(", ", approved), ["format"] = "coco_rle" });
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
