using MGLMM.Extensions.AI;
using MGLMM.Hosting;
using MGLMM.Mcp;
using MGLMM.Orleans;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MGLMM.Server.Tests;

/// <summary>The code of docs/hosting.md, compiled: <see cref="HostingPageTests"/> holds the two together line by line.</summary>
internal static class HostingSnippets
{
    public static IReadOnlyList<VisionFunction> Functions(IVisionToolsets toolsets, HttpContext request)
    {
        string owner = ConversationOwner.Of(request.User);
        IReadOnlyList<VisionFunction> functions = toolsets.FunctionsOf(owner, conversation: "chat 3");
        return functions;
    }

    public static async Task Scope(IServiceProvider services, Func<VisionToolset, Task> use)
    {
        using IServiceScope scope = services.CreateScope();
        VisionToolset tools = await scope.ServiceProvider.GetRequiredService<VisionScope>().GetToolsetAsync();
        await use(tools);
    }

    public static void OwnModel(IHostApplicationBuilder host, IGroundingModel detector)
    {
        host.Services.AddSingleton<ModelFactory>((options, cancellationToken) => Task.FromResult<IGroundingModel>(detector));
        host.Services.AddMglmm();
    }

    public static WebApplication McpOverHttp(WebApplicationBuilder web)
    {
        web.Services.AddMglmm();
        web.Services.AddMglmmMcp();
        WebApplication application = web.Build();
        application.MapMglmmMcp("/mcp").RequireAuthorization();
        return application;
    }

    public static void McpOverStdio(HostApplicationBuilder stdio)
    {
        stdio.Services.AddMglmm();
        stdio.Services.AddMglmmMcpStdio();
    }

    public static async Task WholeServer()
    {
        await using WebApplication server = MglmmServer.Build(
            model => model.BundlePath = "path/to/bundle",
            options => options.DataFolder = "kept");
        await server.RunAsync();
    }

    public static void Gateway(IHostApplicationBuilder gateway)
    {
        gateway.Services.AddMglmm();
        gateway.AddMglmmGateway(new ClusterMembership { Address = ClusterAddress.Parse("redis://127.0.0.1:6379") });
    }

    public static async Task Chat(IGroundingModel model)
    {
        using MglmmChatClient eyes = new(model);
        ChatMessage question = new(ChatRole.User, [new DataContent(File.ReadAllBytes("picture.png"), "image/png"), new TextContent("Where is the house?")]);
        ChatResponse answer = await eyes.GetResponseAsync([question]);
        foreach (ChatSegment segment in answer.Segments())
        {
            Console.WriteLine($"{segment.Phrase}: {segment.AreaPx} px");
        }
    }
}
