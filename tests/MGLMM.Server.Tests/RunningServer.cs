using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MGLMM.Hosting;
using MGLMM.Imaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server.Tests;

/// <summary>The server on a free port of the loopback, over a scripted model.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly string _bundle;

    private RunningServer(WebApplication application, string bundle, ScriptedGroundingModel model)
    {
        _application = application;
        _bundle = bundle;
        Model = model;
        Client = NewClient();
    }

    public ScriptedGroundingModel Model { get; }

    public HttpClient Client { get; }

    public Uri Address => new(_application.Urls.First());

    public static Task<RunningServer> StartAsync(Action<MglmmServerOptions>? configure = null, Action<MglmmOptions>? model = null, params (string Key, string Value)[] settings) =>
        StartAsync(builder => builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))), configure, model);

    /// <summary>With services, settings or logging of a test's own.</summary>
    public static async Task<RunningServer> StartAsync(Action<WebApplicationBuilder> configureBuilder, Action<MglmmServerOptions>? configure = null, Action<MglmmOptions>? model = null)
    {
        // The scripted model reads no bundle, but a host must name one.
        string bundle = Directory.CreateTempSubdirectory("mglmm-server-").FullName;
        await File.WriteAllTextAsync(Path.Combine(bundle, "mglmm-bundle.json"), "{}");
        ScriptedGroundingModel scripted = new();
        WebApplication application = MglmmServer.Build(
            options =>
            {
                options.BundlePath = bundle;
                options.AllowDataUris = true;
                options.WarmUp = false;
                model?.Invoke(options);
            },
            options =>
            {
                options.Urls = ["http://127.0.0.1:0"];
                configure?.Invoke(options);
            },
            builder =>
            {
                builder.Logging.ClearProviders();
                builder.Services.AddSingleton<ModelFactory>((_, _) => Task.FromResult<IGroundingModel>(scripted));
                configureBuilder(builder);
            });
        await application.StartAsync();
        return new RunningServer(application, bundle, scripted);
    }

    public HttpClient NewClient(string? key = null)
    {
        HttpClient client = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return client;
    }

    public Task StopAsync() => _application.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
        Directory.Delete(_bundle, recursive: true);
    }
}

/// <summary>What the tests send and read.</summary>
internal static class Requests
{
    /// <summary>A grey picture as a PNG file.</summary>
    public static byte[] Png(int width = 40, int height = 30, byte grey = 128)
    {
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, grey);
        return PngWriter.Encode(RgbImage.FromPixels(pixels, width, height));
    }

    public static string DataUri(int width = 40, int height = 30) => "data:image/png;base64," + Convert.ToBase64String(Png(width, height));

    public static StringContent Json(object value) => new(JsonSerializer.Serialize(value), Encoding.UTF8, "application/json");

    /// <summary>Calls a tool that must succeed.</summary>
    public static async Task<JsonElement> ToolAsync(this HttpClient client, string tool, object arguments)
    {
        using HttpResponseMessage response = await client.PostAsync($"/api/tools/{tool}", Json(arguments));
        Assert.True(response.IsSuccessStatusCode, $"{tool}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Uploads a picture, segments it and draws it; gives the conversation.</summary>
    public static async Task<string> ConversationAsync(this HttpClient client, int width = 40)
    {
        using HttpResponseMessage response = await client.PostAsync("/api/images?name=grey.png", File(Png(width)));
        Assert.Equal(System.Net.HttpStatusCode.Created, response.StatusCode);
        string conversation = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("conversation").GetString()!;
        await client.ToolAsync("segment_and_caption", new { image = "img1", conversation });
        await client.ToolAsync("render_image", new { image = "img1", conversation });
        return conversation;
    }

    public static ByteArrayContent File(byte[] bytes, string type = "image/png") => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    /// <summary>Checks an error's form.</summary>
    public static async Task<JsonElement> RefusedAsync(this HttpResponseMessage response, int status, string? code = null)
    {
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonElement problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        if (code is not null)
        {
            Assert.Equal(code, problem.GetProperty("code").GetString());
            Assert.NotEmpty(problem.GetProperty("try").GetString()!);
        }

        return problem;
    }
}
