using System.Text.Json;
using MGLMM.Hosting;
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
        using JsonDocument arguments = JsonDocument.Parse("""{"conversation":"\ud800"}""");
        string? named = ConversationCalls.NamedIn(arguments.RootElement.EnumerateObject().Select(argument => KeyValuePair.Create(argument.Name, argument.Value)));
        ConversationCall call = await calls.CallAsync(null, "caption", named, [new("image", "img1")], CancellationToken.None);
        Assert.Equal("unknown_handle", Assert.IsType<ToolError>(call.Result).Code);
    }

    public void Dispose() => Directory.Delete(_bundle, recursive: true);

    private static async Task<ConversationCall> CallAsync<T>(ConversationCalls calls, string tool, params (string Name, object? Value)[] arguments)
        where T : ToolResult
    {
        ConversationCall call = await calls.CallAsync(null, tool, null, arguments.Select(argument => KeyValuePair.Create(argument.Name, argument.Value)), CancellationToken.None);
        Assert.True(call.Result is T, call.ToJson());
        return call;
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
