using System.Text.Json;
using MGLMM.Hosting;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.Extensions.DependencyInjection;

namespace MGLMM.Mcp.Tests;

/// <summary>Which conversation a call is about, as time goes by.</summary>
public sealed class ConversationTests : IDisposable
{
    private readonly string _bundle = Directory.CreateTempSubdirectory("mglmm-mcp-").FullName;
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Over_stdio_an_idle_hour_loses_nothing_and_shows_no_old_file()
    {
        await using ServiceProvider services = Services(services => services.AddMglmmMcpStdio());
        ConversationCalls calls = services.GetRequiredService<ConversationCalls>();
        await CallAsync<OpenedImageResult>(calls, "open_image", ("source", Calls.Picture()));
        await CallAsync<GroundedResult>(calls, "segment_and_caption", ("image", "img1"));
        Assert.Equal("a1", (await CallAsync<ArtifactResult>(calls, "render_image", ("image", "img1"))).Artifact?.Handle);
        for (int number = 2; number < 5; number++)
        {
            _time.Advance(TimeSpan.FromHours(2));
            ConversationCall drawn = await CallAsync<ArtifactResult>(calls, "render_image", ("image", "img1"), ("regions", "m1"));
            Assert.Equal(($"a{number}", ((ArtifactResult)drawn.Result).Artifact), (drawn.Artifact!.Handle, drawn.Artifact.Handle));
            await CallAsync<CaptionResult>(calls, "caption", ("image", "img1"));
        }

        // And for the rest of the host it is what it is here.
        Assert.Single((await services.GetRequiredService<IVisionToolsets>().GetAsync("local", "default")).Workspace.Images);
    }

    [Fact]
    public async Task Listing_resources_makes_no_later_call_ambiguous()
    {
        await using ServiceProvider services = Services(services => services.AddMglmmMcp(), TimeSpan.FromHours(24));
        ConversationCalls calls = services.GetRequiredService<ConversationCalls>();
        for (int number = 0; number < 12; number++)
        {
            await CallAsync<OpenedImageResult>(calls, "open_image", ("source", Calls.Picture(40 + number)));
        }

        _time.Advance(TimeSpan.FromHours(2));
        string newest = (await CallAsync<OpenedImageResult>(calls, "open_image", ("source", Calls.Picture(70)))).Conversation!;
        IMcpConversations conversations = services.GetRequiredService<IMcpConversations>();
        Assert.Equal([newest], await ListAsync());
        Assert.Equal(newest, (await CallAsync<CaptionResult>(calls, "caption", ("image", "img1"))).Conversation);

        // Where none was used lately, those few that were used last are listed, and stay as old as they are.
        _time.Advance(TimeSpan.FromHours(2));
        List<string> listed = await ListAsync();
        Assert.Equal((8, newest), (listed.Count, listed[0]));
        string later = (await CallAsync<OpenedImageResult>(calls, "open_image", ("source", Calls.Picture(80)))).Conversation!;
        Assert.Equal(later, (await CallAsync<CaptionResult>(calls, "caption", ("image", "img1"))).Conversation);

        async Task<List<string>> ListAsync()
        {
            List<string> found = [];
            await foreach (IConversationLease conversation in conversations.ListAsync(null, CancellationToken.None))
            {
                await using (conversation)
                {
                    found.Add(conversation.Workspace.Conversation);
                }
            }

            return found;
        }
    }

    [Fact]
    public async Task A_handle_that_is_no_text_is_unknown()
    {
        await using ServiceProvider services = Services(services => services.AddMglmmMcp());
        ConversationCalls calls = services.GetRequiredService<ConversationCalls>();
        await CallAsync<OpenedImageResult>(calls, "open_image", ("source", Calls.Picture()));
        Assert.Equal("unknown_handle", Assert.IsType<ToolError>((await CallAsync(services, "caption", """{"image":"img1","conversation":"\ud800"}""")).Result).Code);
    }

    /// <summary>As every other argument: what is dropped in silence begins another conversation.</summary>
    [Theory]
    [InlineData("""{"arguments":{"IMAGE","conversation":"CONVERSATION"}}""")]
    [InlineData("""{"arguments":"{\"image\":\"img1\",\"conversation\":\"CONVERSATION\"}"}""")]
    [InlineData("""{"arguments":{"IMAGE"},"conversation":"CONVERSATION"}""")]
    [InlineData("""{"IMAGE","Conversation":"CONVERSATION"}""")]
    [InlineData("""{"IMAGE","conversation_id":"CONVERSATION"}""")]
    [InlineData("""{"IMAGE","conversationHandle":" CONVERSATION "}""")]
    [InlineData("""{"IMAGE","conversation":["CONVERSATION"]}""")]
    [InlineData("""{"IMAGE","conversation":{"value":"CONVERSATION"}}""")]
    [InlineData("""{"IMAGE","conversation":{"id":"CONVERSATION"}}""")]
    [InlineData("""{"IMAGE","conversation":"CONVERSATION","conversation_id":null}""")]
    public async Task The_conversation_is_found_however_it_is_written(string written)
    {
        await using ServiceProvider services = Services(services => services.AddMglmmMcp());
        ConversationCalls calls = services.GetRequiredService<ConversationCalls>();
        string first = (await CallAsync<OpenedImageResult>(calls, "open_image", ("source", Calls.Picture(40)))).Conversation!;
        await CallAsync<OpenedImageResult>(calls, "open_image", ("source", Calls.Picture(50)));
        ConversationCall said = await CallAsync(services, "caption", Filled("\"image\":\"img1\""));
        Assert.Equal(first, said.Result is CaptionResult ? said.Conversation : said.ToJson());

        // Also where one would begin if it were left out.
        if (!written.Contains('\\', StringComparison.Ordinal))
        {
            ConversationCall opened = await CallAsync(services, "open_image", Filled($"\"source\":\"{Calls.Picture(60)}\""));
            Assert.Equal((first, "img2"), (opened.Conversation, Assert.IsType<OpenedImageResult>(opened.Result).Image));
        }

        string Filled(string argument) => written.Replace("\"IMAGE\"", argument, StringComparison.Ordinal).Replace("CONVERSATION", first, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"None\"")]
    [InlineData("\"N/A\"")]
    [InlineData("\"undefined\"")]
    [InlineData("[]")]
    [InlineData("null")]
    public async Task A_conversation_that_says_nothing_is_left_out(string written)
    {
        await using ServiceProvider services = Services(services => services.AddMglmmMcp());
        ConversationCall opened = await CallAsync(services, "open_image", $$"""{"source":"{{Calls.Picture()}}","conversation":{{written}}}""");
        Assert.IsType<OpenedImageResult>(opened.Result);
        Assert.Equal(opened.Conversation, (await CallAsync(services, "caption", $$"""{"image":"img1","conversation":{{written}}}""")).Conversation);
    }

    [Theory]
    [InlineData("7", "bad_argument", "leave it out")]
    [InlineData("""["c1","c2"]""", "bad_argument", "leave it out")]
    [InlineData("\"c1\",\"conversation_id\":\"c2\"", "bad_argument", "once")]
    [InlineData("\"c1\"", "unknown_handle", "Leave the argument conversation out")]
    public async Task What_names_no_conversation_is_refused_with_the_way_out(string written, string code, string remedy)
    {
        await using ServiceProvider services = Services(services => services.AddMglmmMcp());
        ToolError error = Assert.IsType<ToolError>((await CallAsync(services, "open_image", $$"""{"source":"{{Calls.Picture()}}","conversation":{{written}}}""")).Result);
        Assert.Equal(code, error.Code);
        Assert.Contains(remedy, error.Try, StringComparison.Ordinal);
        Assert.Empty(await services.GetRequiredService<IConversations>().ListAsync("local"));
    }

    public void Dispose() => Directory.Delete(_bundle, recursive: true);

    private static async Task<ConversationCall> CallAsync<T>(ConversationCalls calls, string tool, params (string Name, object? Value)[] arguments)
        where T : ToolResult
    {
        ConversationCall call = await calls.CallAsync(null, tool, null, arguments.Select(argument => KeyValuePair.Create(argument.Name, argument.Value)), CancellationToken.None);
        Assert.True(call.Result is T, call.ToJson());
        return call;
    }

    /// <summary>As a call comes over the protocol: its arguments as the caller wrote them.</summary>
    private static Task<ConversationCall> CallAsync(ServiceProvider services, string tool, string arguments)
    {
        VisionFunction function = services.GetRequiredService<IVisionToolsets>().FunctionsOf("local", "default").Single(function => function.Name == tool);
        return services.GetRequiredService<ConversationCalls>().CallAsync(null, function, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments)!, CancellationToken.None);
    }

    private ServiceProvider Services(Action<IServiceCollection> serve, TimeSpan? idle = null)
    {
        File.WriteAllText(Path.Combine(_bundle, "mglmm-bundle.json"), "{}");
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(_time);
        services.AddSingleton<ModelFactory>((_, _) => Task.FromResult<IGroundingModel>(new ScriptedGroundingModel()));
        services.AddMglmm(options =>
        {
            options.BundlePath = _bundle;
            options.AllowDataUris = true;
            options.WarmUp = false;
            options.ConversationIdleTime = idle ?? options.ConversationIdleTime;
        });
        serve(services);
        return services.BuildServiceProvider();
    }
}
