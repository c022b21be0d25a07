using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using MGLMM.Imaging;
using MGLMM.Vision.Functions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MGLMM.Mcp.Tests;

/// <summary><c>mglmm mcp</c> in a process of its own, over standard input and output, with the embedded model.</summary>
public sealed class StdioTests : IDisposable
{
    private static readonly string Tool = Path.Combine(AppContext.BaseDirectory, "mglmm.dll");
    private static readonly string Pictures = RepositoryRoot.Combine("samples", "VisionAgent", "images");

    private readonly string _output = Directory.CreateTempSubdirectory("mglmm-mcp-").FullName;

    [Fact]
    public async Task The_tool_sees_a_picture_for_an_assistant()
    {
        ConcurrentQueue<string> log = new();
        await using (McpClient client = await McpClient.CreateAsync(new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = "dotnet",
            Arguments = [Tool, "mcp", "--allow-folder", Pictures, "--output", _output],
            StandardErrorLines = log.Enqueue,
        })))
        {
            IReadOnlyList<VisionFunction> functions = VisionFunctions.Over(_ => throw new VisionNotReadyException());
            IList<McpClientTool> tools = await client.ListToolsAsync();
            Assert.Equal(functions.Select(function => (function.Name, function.Description)), tools.Select(tool => (tool.Name, tool.ProtocolTool.Description!)));
            Assert.All(functions.Zip(tools), pair => Assert.True(JsonElement.DeepEquals(pair.First.JsonSchema, pair.Second.ProtocolTool.InputSchema)));

            (CallToolResult _, JsonElement opened) = await client.CallAsync("open_image", ("source", "garden.png"));
            Assert.Equal(("img1", 640), (opened.Text("image"), opened.GetProperty("width_px").GetInt32()));
            Assert.False(opened.TryGetProperty("conversation", out _));
            (CallToolResult _, JsonElement whole) = await client.CallAsync("segment_and_caption", ("image", "img1"), ("granularity", "panoptic"));
            string house = whole.GetProperty("regions").EnumerateArray().Concat(await RestAsync(client, whole.Text("set")))
                .First(region => region.Text("phrase").Contains("house", StringComparison.Ordinal)).Text("region");
            (CallToolResult _, JsonElement parts) = await client.CallAsync("segment_and_caption", ("image", "img1"), ("granularity", "part"), ("within", house));
            Assert.Contains("roof", parts.Text("model_said"), StringComparison.Ordinal);

            (CallToolResult rendered, JsonElement artifact) = await client.CallAsync("render_image", ("image", "img1"), ("regions", house), ("style", "outline"));
            ImageContentBlock shown = Assert.IsType<ImageContentBlock>(rendered.Content[1]);
            RgbImage picture = ImageDecoder.Decode(shown.DecodedData.Span);
            Assert.Equal((640, 480), (picture.Width, picture.Height));
            Assert.Equal("mglmm://artifact/a1", Assert.IsType<ResourceLinkBlock>(rendered.Content[2]).Uri);
            Assert.Equal(shown.DecodedData.ToArray(), await File.ReadAllBytesAsync(Path.Combine(_output, artifact.Text("file_name"))));

            (CallToolResult _, JsonElement exported) = await client.CallAsync("export_regions", ("set", house), ("format", "geojson"));
            TextResourceContents file = Assert.IsType<TextResourceContents>(Assert.Single((await client.ReadResourceAsync($"mglmm://artifact/{exported.Text("artifact")}")).Contents));
            Assert.Contains("FeatureCollection", file.Text, StringComparison.Ordinal);

            (CallToolResult _, JsonElement outside) = await client.CallAsync("open_image", ("source", "../../../README.md"));
            Assert.Equal("not_allowed", outside.Text("code"));
        }

        Assert.Empty(log);
    }

    [Theory]
    [InlineData("--model", "nowhere")]
    [InlineData("--allow-folder", "nowhere")]
    [InlineData("--colour", "red")]
    public async Task Bad_arguments_are_one_line(string option, string value)
    {
        ProcessStartInfo start = new("dotnet", [Tool, "mcp", option, value]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        (Task<string> output, Task<string> error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal((2, string.Empty), (process.ExitCode, await output));
        Assert.StartsWith("error: ", await error, StringComparison.Ordinal);
        Assert.Contains(option, await error, StringComparison.Ordinal);
        Assert.Equal(1, (await error).Count(character => character == '\n'));
    }

    public void Dispose() => Directory.Delete(_output, recursive: true);

    private static async Task<IEnumerable<JsonElement>> RestAsync(McpClient client, string set)
    {
        (CallToolResult _, JsonElement rest) = await client.CallAsync("get_regions", ("set", set), ("offset", 0), ("limit", 20));
        return rest.GetProperty("regions").EnumerateArray();
    }
}
