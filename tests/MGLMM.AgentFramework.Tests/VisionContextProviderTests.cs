using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Hosting;
using MGLMM.Imaging;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Inputs;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using static MGLMM.AgentFramework.Tests.ScriptedChatClient;

namespace MGLMM.AgentFramework.Tests;

public sealed class VisionContextProviderTests
{
    private static readonly byte[] Garden = PngWriter.Encode(RgbImage.FromPixels(new byte[200 * 100 * 3], 200, 100));
    private static readonly byte[] Street = PngWriter.Encode(RgbImage.FromPixels([.. Enumerable.Repeat((byte)9, 60 * 40 * 3)], 60, 40));

    [Fact]
    public async Task An_attached_picture_is_told_by_its_handle_and_the_tools_know_it()
    {
        using GardenModel model = new();
        ScriptedChatClient chat = new(Call("refer", ("image", "img1"), ("expression", "the white house")), Say("There it is [m1]."), Say("Still there."));
        (ChatClientAgent agent, VisionContextProvider vision) = NewAgent(chat, model);
        AgentSession session = await agent.CreateSessionAsync();

        Assert.Equal("There it is [m1].", (await agent.RunAsync(Message("Where is the house?", Garden, "garden.png"), session)).Text);

        (IReadOnlyList<ChatMessage> messages, ChatOptions options) = chat.Requests[0];
        Assert.Contains("Attached picture garden.png is img1, 200 x 100 px.", messages.Select(message => message.Text));
        Assert.Contains("- img1: garden.png, 200 x 100 px", options.Instructions, StringComparison.Ordinal);
        Assert.StartsWith("Be brief.", options.Instructions, StringComparison.Ordinal);
        Assert.Contains("You cannot see", options.Instructions, StringComparison.Ordinal);
        Assert.Equal(12, options.Tools!.Count);

        // What the session's workspace has: the model's own box, in tenths of the picture.
        await using IConversationLease? lease = await vision.FindAsync(session);
        Assert.Equal(new(80, 30, 140, 60), Assert.Single(lease!.Workspace.Regions).Mask.Box);

        // The next run is told what is known by now, and not that a picture was attached.
        await agent.RunAsync("And now?", session);
        Assert.Contains("known: s1 (m1 the white house)", chat.Requests[^1].Options.Instructions, StringComparison.Ordinal);
        Assert.Single(lease.Workspace.Images);
    }

    /// <summary>"This one" is the picture that came with the question, whichever was opened last.</summary>
    [Fact]
    public async Task A_picture_that_is_attached_again_is_told_again_and_not_opened_again()
    {
        using GardenModel model = new();
        ScriptedChatClient chat = new(Say("A garden."), Say("A street."), Say("Three."), _ => throw new HttpRequestException("gone"), Say("Three."));
        (ChatClientAgent agent, VisionContextProvider vision) = NewAgent(chat, model);
        AgentSession session = await agent.CreateSessionAsync();
        await agent.RunAsync(Message("What is this?", Garden, "garden.png"), session);
        await agent.RunAsync(Message("And this?", Street), session);
        await agent.RunAsync(Message("How many trees are in this one?", Garden, "garden.png"), session);
        Assert.Equal("Attached picture garden.png is img1, 200 x 100 px.", chat.Requests[2].Messages[^1].Text);

        // Also where the run failed that told it first.
        await Assert.ThrowsAsync<HttpRequestException>(() => agent.RunAsync(Message("And in this?", Street), session));
        await agent.RunAsync(Message("And in this?", Street), session);
        Assert.Equal("Attached picture picture-2.png is img2, 60 x 40 px.", chat.Requests[4].Messages[^1].Text);
        await using IConversationLease? lease = await vision.FindAsync(session);
        Assert.Equal(2, lease!.Workspace.Images.Count);
    }

    [Fact]
    public async Task A_session_that_was_serialised_finds_its_regions_in_another_process()
    {
        using TemporaryFolder folder = new();
        JsonElement stored;
        using (GardenModel model = new())
        {
            (ChatClientAgent agent, _) = NewAgent(new ScriptedChatClient(Call("refer", ("image", "img1"), ("expression", "the rabbits")), Say("Two.")), model, folder.Location);
            AgentSession session = await agent.CreateSessionAsync();
            await agent.RunAsync(Message("How many rabbits?", Garden), session);
            stored = JsonDocument.Parse((await agent.SerializeSessionAsync(session)).GetRawText()).RootElement;
        }

        using GardenModel other = new();
        ScriptedChatClient chat = new(Call("combine_regions", ("operation", "union"), ("regions", "m1, m2")), Call("refer", ("image", "img1"), ("expression", "the sun")), Say("Done."));
        (ChatClientAgent again, VisionContextProvider vision) = NewAgent(chat, other, folder.Location);
        AgentSession restored = await again.DeserializeSessionAsync(stored);
        await again.RunAsync("Put them together.", restored);

        Assert.Contains("known: s1 (", chat.Requests[0].Options.Instructions, StringComparison.Ordinal);
        Assert.DoesNotContain(chat.Results, result => result.Contains("\"code\"", StringComparison.Ordinal));
        await using IConversationLease? lease = await vision.FindAsync(restored);

        // 20 x 20 px and 20 x 10 px: a tenth by two tenths, and by one, of 200 x 100.
        Assert.True(lease!.Workspace.TryGetRegion("m3", out Vision.Contents.VisionRegion? together));
        Assert.Equal((20 * 20) + (20 * 10), together.Mask.Area);
    }

    [Fact]
    public async Task What_a_tool_made_is_kept_though_the_run_breaks_behind_it()
    {
        using TemporaryFolder folder = new();
        using GardenModel model = new();
        (ChatClientAgent agent, _) = NewAgent(new ScriptedChatClient(Say("A garden."), Call("refer", ("image", "img1"), ("expression", "the sun")), _ => throw new HttpRequestException("gone")), model, folder.Location);
        AgentSession session = await agent.CreateSessionAsync();
        await agent.RunAsync(Message("What is this?", Garden), session);
        await Assert.ThrowsAsync<HttpRequestException>(() => agent.RunAsync("Where is the sun?", session));

        (_, VisionContextProvider vision) = NewAgent(new ScriptedChatClient(), model, folder.Location);
        await using IConversationLease? lease = await vision.FindAsync(session);
        Assert.Equal("m1", Assert.Single(lease!.Workspace.Regions).Handle);
    }

    [Fact]
    public async Task Where_nothing_was_kept_the_agent_is_told_so_and_begins_anew()
    {
        using GardenModel model = new();
        (ChatClientAgent agent, _) = NewAgent(new ScriptedChatClient(Say("A garden.")), model);
        AgentSession session = await agent.CreateSessionAsync();
        await agent.RunAsync(Message("What is this?", Garden), session);
        JsonElement stored = await agent.SerializeSessionAsync(session);

        ScriptedChatClient chat = new(Say("Send it again."), Say("Thank you."));
        (ChatClientAgent again, _) = NewAgent(chat, model);
        AgentSession restored = await again.DeserializeSessionAsync(stored);
        await again.RunAsync("Where is the sun?", restored);
        Assert.Contains("mean nothing any more", chat.Requests[0].Options.Instructions, StringComparison.Ordinal);
        Assert.Contains("none is open yet", chat.Requests[0].Options.Instructions, StringComparison.Ordinal);

        // The same picture again gets a handle of the new workspace, and nothing is lost any more.
        await again.RunAsync(Message("Here.", Garden), restored);
        Assert.Contains("- img1: picture-1.png, 200 x 100 px", chat.Requests[1].Options.Instructions, StringComparison.Ordinal);
        Assert.DoesNotContain("mean nothing any more", chat.Requests[1].Options.Instructions, StringComparison.Ordinal);

        // What was told before stays lost in every later run, behind the old handles and before the new ones.
        string[] texts = [.. chat.Requests[1].Messages.Select(message => message.Text)];
        int lost = Array.IndexOf(texts, PictureSentences.Lost(hasPictures: false));
        Assert.InRange(lost, Array.IndexOf(texts, "Attached picture picture-1.png is img1, 200 x 100 px.") + 1, Array.LastIndexOf(texts, "Attached picture picture-1.png is img1, 200 x 100 px.") - 1);
    }

    [Fact]
    public async Task Two_sessions_never_meet_and_a_session_of_another_owner_finds_nothing()
    {
        using TemporaryFolder folder = new();
        using GardenModel model = new();
        ScriptedChatClient chat = new(
            Call("refer", ("image", "img1"), ("expression", "the sun")), Say("One."), Say("Another."), Call("render_image", ("image", "img1"), ("regions", "m1")), Say("No such region."), Say("Mine?"));
        string owner = "ann";
        VisionContextProvider vision = new(model, folder: folder.Location, options: new VisionContextOptions { OwnerOf = _ => owner });
        ChatClientAgent agent = new(chat, new ChatClientAgentOptions { AIContextProviders = [vision] });
        (AgentSession first, AgentSession second) = (await agent.CreateSessionAsync(), await agent.CreateSessionAsync());
        await agent.RunAsync(Message("The sun?", Garden), first);
        await agent.RunAsync(Message("And this?", Street), second);
        await agent.RunAsync("Show m1.", second);
        Assert.Contains("unknown_handle", chat.Results.Last(), StringComparison.Ordinal);

        // The session's state is what ann stored; asked as bob it names a workspace that bob has not.
        owner = "bob";
        Assert.Null(await vision.FindAsync(first));
        await agent.RunAsync("The sun?", first);
        Assert.Contains("none is open yet", chat.Requests[^1].Options.Instructions, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../other")]
    [InlineData("c0123456789abcdef012345/.")]
    [InlineData("")]
    public async Task A_session_that_names_no_handle_reaches_no_folder(string forged)
    {
        using TemporaryFolder folder = new();
        using GardenModel model = new();
        ScriptedChatClient chat = new(Say("Hello."), Say("Hello again."));
        (ChatClientAgent agent, VisionContextProvider vision) = NewAgent(chat, model, folder.PathOf("kept"));
        AgentSession session = await agent.CreateSessionAsync();
        await agent.RunAsync("Hello.", session);
        JsonNode stored = JsonNode.Parse((await agent.SerializeSessionAsync(session)).GetRawText())!;
        Assert.True(Change(stored, forged));

        AgentSession changed = await agent.DeserializeSessionAsync(JsonSerializer.SerializeToElement(stored));
        Assert.Null(await vision.FindAsync(changed));
        await agent.RunAsync("Hello.", changed);
        Assert.Contains("mean nothing any more", chat.Requests[1].Options.Instructions, StringComparison.Ordinal);
        Assert.Equal(["kept"], Directory.GetFileSystemEntries(folder.Location).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_picture_that_cannot_be_opened_is_told_with_the_reason()
    {
        using GardenModel model = new();
        ScriptedChatClient chat = new(Say("It is damaged."));
        (ChatClientAgent agent, _) = NewAgent(chat, model);
        await agent.RunAsync(Message("And this?", Garden[..60], "../evil name\n.png"), await agent.CreateSessionAsync());
        Assert.Contains(chat.Requests[0].Messages, message => message.Text.StartsWith("Attached picture evil_name_.png could not be opened: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_picture_given_by_its_address_is_opened_where_the_policy_lets_it_in_and_told_of_where_it_does_not()
    {
        using TemporaryFolder folder = new();
        using GardenModel model = new();
        string path = folder.PathOf("garden.png");
        await File.WriteAllBytesAsync(path, Garden);
        ChatMessage message = new(ChatRole.User, [new TextContent("What is this?"), new UriContent(new Uri(path), "image/png"), new UriContent("https://example.com/a.txt", "text/plain")]);

        ScriptedChatClient refused = new(Say("I cannot open it."));
        await NewAgent(refused, model).Agent.RunAsync(message);
        Assert.Single(refused.Requests[0].Messages, told => told.Text.StartsWith("Attached picture picture-1.png could not be opened: ", StringComparison.Ordinal));

        ScriptedChatClient chat = new(Say("A garden."), Say("The same."));
        VisionContextProvider vision = new(model, new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedFolders = [folder.Location] } });
        ChatClientAgent agent = new(chat, new ChatClientAgentOptions { AIContextProviders = [vision] });
        AgentSession session = await agent.CreateSessionAsync();
        await agent.RunAsync(message, session);
        Assert.Contains("Attached picture picture-1.png is img1, 200 x 100 px.", chat.Requests[0].Messages.Select(told => told.Text));

        // The same address again is no second picture.
        await agent.RunAsync(message, session);
        await using IConversationLease? lease = await vision.FindAsync(session);
        Assert.Single(lease!.Workspace.Images);
    }

    [Fact]
    public async Task A_name_like_a_handle_opens_no_other_picture()
    {
        using GardenModel model = new();
        ScriptedChatClient chat = new(Say("A garden."), Say("A street."));
        (ChatClientAgent agent, _) = NewAgent(chat, model);
        AgentSession session = await agent.CreateSessionAsync();
        await agent.RunAsync(Message("What is this?", Garden), session);
        await agent.RunAsync(Message("And this?", Street, "img1"), session);
        Assert.Contains("Attached picture picture-img1.png is img2, 60 x 40 px.", chat.Requests[1].Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task Without_a_folder_no_session_loses_its_pictures_before_there_are_as_many_as_the_host_says()
    {
        using GardenModel model = new();
        VisionContextProvider vision = new(model);
        AgentSession[] sessions = await RunAsync(vision, 40);
        foreach (AgentSession session in sessions)
        {
            await using IConversationLease? kept = await vision.FindAsync(session);
            Assert.Single(kept!.Workspace.Images);
        }

        VisionContextProvider two = new(model, options: new VisionContextOptions { MaximumSessions = 2 });
        bool[] three = await KeptAsync(two, await RunAsync(two, 3));
        Assert.Equal([false, true, true], three);
        Assert.Throws<ArgumentOutOfRangeException>(() => new VisionContextProvider(model, options: new VisionContextOptions { MaximumSessions = 0 }));
    }

    [Fact]
    public async Task Without_a_folder_the_memory_is_bounded_and_sessions_in_use_stay()
    {
        using GardenModel model = new();
        Assert.Equal(4L << 30, new VisionContextOptions().MaximumBytes);
        VisionContextProvider two = new(model, options: new VisionContextOptions { MaximumBytes = 2 * 200 * 100 * 3 });
        bool[] three = await KeptAsync(two, await RunAsync(two, 3));
        Assert.Equal([false, true, true], three);

        VisionContextProvider used = new(model, options: new VisionContextOptions { MaximumBytes = 2 * 200 * 100 * 3 });
        AgentSession[] first = await RunAsync(used, 1);
        await using (IConversationLease? lease = await used.FindAsync(first[0]))
        {
            bool[] others = await KeptAsync(used, await RunAsync(used, 3));
            Assert.Equal([false, false, true], others);
        }

        Assert.True(Assert.Single(await KeptAsync(used, first)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VisionContextProvider(model, options: new VisionContextOptions { MaximumBytes = 0 }));
    }

    [Fact]
    public async Task Over_a_folder_a_session_in_use_is_never_loaded_a_second_time()
    {
        using TemporaryFolder folder = new();
        using GardenModel model = new();
        VisionContextProvider vision = new(model, folder: folder.Location);
        AgentSession used = Assert.Single(await RunAsync(vision, 1));
        await using IConversationLease? lease = await vision.FindAsync(used);
        await RunAsync(vision, 33);
        await using IConversationLease? again = await vision.FindAsync(used);
        Assert.Same(lease!.Workspace, again!.Workspace);
    }

    [Fact]
    public async Task Where_owners_are_told_apart_none_pushes_out_the_sessions_of_all_others()
    {
        using GardenModel model = new();
        string owner = "bob";
        VisionContextProvider vision = new(model, options: new VisionContextOptions { OwnerOf = _ => owner, MaximumSessions = 35 });
        AgentSession[] bobs = await RunAsync(vision, 1);
        owner = "ann";
        bool[] anns = await KeptAsync(vision, await RunAsync(vision, 40));
        Assert.Equal([.. Enumerable.Repeat(false, 8), .. Enumerable.Repeat(true, 32)], anns);
        owner = "bob";
        Assert.True(Assert.Single(await KeptAsync(vision, bobs)));
    }

    [Fact]
    public async Task The_host_says_which_tools_and_in_which_words()
    {
        using GardenModel model = new();
        ScriptedChatClient chat = new(Say("Yes."));
        VisionContextProvider vision = new(model, options: new VisionContextOptions { Groups = VisionFunctionGroups.Geometry, Instructions = "Measure." });
        ChatClientAgent agent = new(chat, new ChatClientAgentOptions { AIContextProviders = [vision] });
        await agent.RunAsync("Ready?");
        Assert.Equal(["combine_regions", "compare_regions", "get_regions", "select_regions"], chat.Requests[0].Options.Tools!.Select(tool => tool.Name).Order());
        Assert.StartsWith("Measure.\n\nThe vision model: garden.", chat.Requests[0].Options.Instructions, StringComparison.Ordinal);
        Assert.DoesNotContain("You cannot see", chat.Requests[0].Options.Instructions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Streamed_runs_are_told_the_same()
    {
        using GardenModel model = new();
        ScriptedChatClient chat = new(Call("segment_and_caption", ("image", "img1"), ("granularity", "instance")), Say("Eight things."));
        (ChatClientAgent agent, VisionContextProvider vision) = NewAgent(chat, model);
        AgentSession session = await agent.CreateSessionAsync();
        string said = string.Empty;
        await foreach (AgentResponseUpdate update in agent.RunStreamingAsync(Message("What is there?", Garden), session))
        {
            said += update.Text;
        }

        Assert.Equal("Eight things.", said);
        await using IConversationLease? lease = await vision.FindAsync(session);
        Assert.Equal(GardenModel.Things.Count, lease!.Workspace.Regions.Count);
    }

    [Fact]
    public async Task A_hosts_conversations_serve_sessions_too()
    {
        using TemporaryFolder folder = new();
        using GardenModel model = new();
        ServiceCollection services = new();
        services.AddSingleton<ModelFactory>((_, _) => Task.FromResult<IGroundingModel>(model));
        folder.Write("mglmm-bundle.json", "{}");
        services.AddMglmm(options => options.BundlePath = folder.Location);
        await using ServiceProvider provider = services.BuildServiceProvider();
        VisionContextProvider vision = new(provider.GetRequiredService<IConversations>());
        ScriptedChatClient chat = new(Call("refer", ("image", "img1"), ("expression", "the white house")), Say("There."));
        ChatClientAgent agent = new(chat, new ChatClientAgentOptions { AIContextProviders = [vision] });
        AgentSession session = await agent.CreateSessionAsync();
        await agent.RunAsync(Message("Where is the house?", Garden), session);
        await using IConversationLease? lease = await vision.FindAsync(session);
        Assert.Single(lease!.Workspace.Regions);
    }

    private static (ChatClientAgent Agent, VisionContextProvider Vision) NewAgent(IChatClient chat, IGroundingModel model, string? folder = null)
    {
        VisionContextProvider vision = new(model, folder: folder);
        return (new ChatClientAgent(chat, new ChatClientAgentOptions { ChatOptions = new ChatOptions { Instructions = "Be brief." }, AIContextProviders = [vision] }), vision);
    }

    /// <summary>That many sessions, each with a picture.</summary>
    private static async Task<AgentSession[]> RunAsync(VisionContextProvider vision, int count)
    {
        ChatClientAgent agent = new(new ScriptedChatClient([.. Enumerable.Repeat(Say("A garden."), count)]), new ChatClientAgentOptions { AIContextProviders = [vision] });
        AgentSession[] sessions = new AgentSession[count];
        for (int number = 0; number < count; number++)
        {
            await agent.RunAsync(Message("What is this?", Garden), sessions[number] = await agent.CreateSessionAsync());
        }

        return sessions;
    }

    private static async Task<bool[]> KeptAsync(VisionContextProvider vision, AgentSession[] sessions)
    {
        bool[] kept = new bool[sessions.Length];
        for (int number = 0; number < sessions.Length; number++)
        {
            await using IConversationLease? lease = await vision.FindAsync(sessions[number]);
            kept[number] = lease is not null;
        }

        return kept;
    }

    private static ChatMessage Message(string text, byte[] picture, string? name = null) => new(ChatRole.User, [new TextContent(text), new DataContent(picture, "image/png") { Name = name }]);

    /// <summary>Changes every handle of a conversation that a stored session holds.</summary>
    private static bool Change(JsonNode? node, string forged)
    {
        bool changed = false;
        if (node is JsonObject properties)
        {
            foreach (string name in properties.Select(property => property.Key).ToArray())
            {
                if (name == "conversation")
                {
                    properties[name] = forged;
                    changed = true;
                }
                else
                {
                    changed |= Change(properties[name], forged);
                }
            }
        }

        return changed;
    }
}
