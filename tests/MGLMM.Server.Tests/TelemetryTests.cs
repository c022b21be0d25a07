using System.Diagnostics;
using System.Text.Json;
using MGLMM.Hosting;

namespace MGLMM.Server.Tests;

/// <summary>Alone: spans of every server in the process are heard.</summary>
[CollectionDefinition(nameof(TelemetryTests), DisableParallelization = true)]
public sealed class TelemetryTestsAlone;

/// <summary>The spans of generative AI: one <c>execute_tool</c> for each call, whoever makes it.</summary>
[Collection(nameof(TelemetryTests))]
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_call_over_http_is_executed_once_and_a_chat_is_a_chat()
    {
        List<Activity> spans = new();
        using ActivityListener listener = Listen(spans);
        await using RunningServer server = await RunningServer.StartAsync();
        JsonElement opened = await server.Client.ToolAsync("open_image", new { source = Requests.DataUri() });
        await server.Client.ToolAsync("caption", new { image = "img1" });
        using HttpResponseMessage failed = await server.Client.PostAsync("/api/tools/caption", Requests.Json(new { image = "img9", conversation = opened.GetProperty("conversation").GetString() }));
        using HttpResponseMessage chat = await server.Client.PostAsync("/v1/chat/completions", Requests.Json(new
        {
            messages = new object[] { new { role = "user", content = new object[] { new { type = "image_url", image_url = new { url = Requests.DataUri() } }, new { type = "text", text = "My secret?" } } } },
        }));
        chat.EnsureSuccessStatusCode();
        lock (spans)
        {
            Activity[] executed = spans.Where(span => span.OperationName.StartsWith("execute_tool", StringComparison.Ordinal)).ToArray();
            Assert.Equal(["execute_tool open_image", "execute_tool caption", "execute_tool caption"], executed.Select(span => span.OperationName));
            Assert.All(executed, span => Assert.Equal("execute_tool", span.GetTagItem("gen_ai.operation.name")));
            Assert.Equal([null, null, "unknown_handle"], executed.Select(span => span.GetTagItem("error.type")));
            Activity inner = spans.First(span => span.OperationName == "mglmm.tool caption");
            Assert.Equal(executed[1].SpanId, inner.ParentSpanId);
            Activity asked = Assert.Single(spans, span => span.OperationName == "chat scripted");
            Assert.Equal(("chat", "scripted", "mglmm"), (asked.GetTagItem("gen_ai.operation.name"), asked.GetTagItem("gen_ai.request.model"), asked.GetTagItem("gen_ai.provider.name")));
            Assert.Equal(10L, asked.GetTagItem("gen_ai.usage.input_tokens"));
            Assert.DoesNotContain(spans.SelectMany(span => span.TagObjects), tag => tag.Value?.ToString()?.Contains("secret", StringComparison.OrdinalIgnoreCase) == true);
        }
    }

    /// <summary>A gateway's request goes on in a worker: the trace is one only where the source between them is exported.</summary>
    [Fact]
    public async Task Where_a_collector_is_named_what_is_asked_of_a_cluster_is_traced_too()
    {
        await using RunningServer server = await RunningServer.StartAsync(settings: ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"));
        foreach (string name in (string[])["Microsoft.AspNetCore", "Microsoft.Orleans.Application"])
        {
            using ActivitySource source = new(name);
            Assert.True(source.HasListeners(), name);
        }
    }

    [Fact]
    public void A_framework_that_has_made_the_span_gets_no_second()
    {
        List<Activity> spans = new();
        using ActivityListener listener = Listen(spans);
        using ActivitySource source = new("A framework");
        using ActivityListener others = new() { ShouldListenTo = known => known == source, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData };
        ActivitySource.AddActivityListener(others);
        using (source.StartActivity("execute_tool caption"))
        using (source.StartActivity("inside"))
        {
            Assert.Null(GenAiTelemetry.StartTool("caption"));
        }

        using Activity? own = GenAiTelemetry.StartTool("caption");
        Assert.NotNull(own);
    }

    private static ActivityListener Listen(List<Activity> spans)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "MGLMM",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
