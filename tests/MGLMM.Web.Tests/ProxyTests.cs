using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace MGLMM.Web.Tests;

/// <summary>The page behind a proxy that has put it under a path and takes that off again.</summary>
public sealed class ProxyTests(Chromium chromium)
{
    [Fact]
    public async Task Everything_that_the_page_asks_for_is_below_its_own_path()
    {
        await using PageServer server = await PageServer.StartAsync(new GardenModel(), services: services => services.AddSingleton<IStartupFilter>(new TakenOff("/mglmm")));
        await using Visit visit = await Visit.OpenAsync(chromium, server, path: "/mglmm/");
        await visit.OpenSampleAsync();
        await visit.LevelAsync("Scene");
        await visit.AnsweredAsync(1);
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(8);
        await visit.DrawnAsync("base", 0.55, 0.45);
        await visit.AddressAsync("location.pathname === '/mglmm/' && location.hash.length > 2");
        await visit.Page.ReloadAsync();
        await visit.SeesPictureAsync();
        await Assertions.Expect(visit.Layers).ToHaveCountAsync(8);
    }

    /// <summary>What a proxy does; what is asked for beside the path is not there, of which the browser's console tells.</summary>
    private sealed class TakenOff(PathString path) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
        {
            application.Use(async (context, others) =>
            {
                if (context.Request.Path.StartsWithSegments(path, out PathString rest))
                {
                    context.Request.Path = rest;
                    await others(context);
                }
                else
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                }
            });
            next(application);
        };
    }
}
