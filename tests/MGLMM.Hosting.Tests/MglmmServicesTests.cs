using MGLMM.Imaging;
using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;
using MGLMM.SemanticKernel;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.SemanticKernel;

namespace MGLMM.Hosting.Tests;

/// <summary>The model and its tools in a real host.</summary>
public sealed class MglmmServicesTests(TinyModel tiny)
{
    [Fact]
    public async Task Options_come_from_configuration_and_code()
    {
        string folder = tiny.NewFolder();
        using IHost host = NewHost(
            services => services.AddMglmm(options => options.MaximumNewTokens = 48),
            ("Mglmm:BundlePath", tiny.BundleFolder),
            ("Mglmm:Accelerator", "Cpu"),
            ("Mglmm:AllowedFolders:0", folder),
            ("Mglmm:MaximumImagePixels", "30000"),
            ("Mglmm:MaximumNewTokens", "7"));
        await host.StartAsync();
        VisionToolset toolset = await host.Services.GetRequiredService<IVisionToolsets>().GetAsync("ann", "first");
        File.Copy(OracleData.Image("square_163x163.png"), Path.Combine(folder, "s.png"));
        Assert.Equal("img1", (await toolset.OpenImageAsync("s.png").As<OpenedImageResult>()).Image);
        Assert.False((await toolset.CaptionAsync("img1").As<CaptionResult>()).CutOff);
        await toolset.OpenImageAsync("t.png").Fails("image_not_found");
        await toolset.OpenImageAsync(OracleData.Image("square_163x163.png")).Fails("not_allowed");
        Assert.Equal(30_000, host.Services.GetRequiredService<IOptions<MglmmOptions>>().Value.ToModelOptions().ImageLimits.MaximumPixels);
        await host.StopAsync();
    }

    [Fact]
    public async Task Options_come_from_a_section_of_the_hosts_choice()
    {
        IConfigurationSection section = new ConfigurationBuilder().AddInMemoryCollection([new("Eyes:BundlePath", tiny.BundleFolder)]).Build().GetSection("Eyes");
        await using ServiceProvider services = new ServiceCollection().AddMglmm(section).BuildServiceProvider();
        Assert.Equal(tiny.BundleFolder, services.GetRequiredService<IOptions<MglmmOptions>>().Value.BundlePath);
    }

    [Fact]
    public async Task Limits_of_conversations_owners_and_decoding_come_from_configuration()
    {
        long memory = ImageDecoder.MaximumMemory;
        try
        {
            IConfigurationSection section = new ConfigurationBuilder().AddInMemoryCollection(
            [
                new("Eyes:BundlePath", tiny.BundleFolder), new("Eyes:WorkspaceLimits:MaximumTotalPixels", "1000"), new("Eyes:MaximumDecodingBytes", "200000000"),
                new("Eyes:MaximumConcurrentRequestsPerOwner", "2"), new("Eyes:MaximumQueuedRequestsPerOwner", "5"),
            ]).Build().GetSection("Eyes");
            await using ServiceProvider services = new ServiceCollection().AddMglmm(section).BuildServiceProvider();
            WorkspaceLimits limits = services.GetRequiredService<VisionWorkspaces>().GetOrCreate("anna", "talk").Limits;
            Assert.Equal((1000, WorkspaceLimits.Default.MaximumImages), (limits.MaximumTotalPixels, limits.MaximumImages));
            services.GetRequiredService<IVisionToolsets>();
            Assert.Equal(200_000_000, ImageDecoder.MaximumMemory);
            ModelOptions model = services.GetRequiredService<IOptions<MglmmOptions>>().Value.ToModelOptions();
            Assert.Equal((2, 5), (model.MaximumConcurrentRequestsPerRequester, model.MaximumQueuedRequestsPerRequester));
        }
        finally
        {
            ImageDecoder.MaximumMemory = memory;
        }

        using IHost host = NewHost(
            services => services.AddMglmm(), ("Mglmm:BundlePath", tiny.BundleFolder), ("Mglmm:MaximumDecodingBytes", "7"), ("Mglmm:MaximumConcurrentRequestsPerOwner", "0"));
        Assert.Equal(
            ["Mglmm:MaximumConcurrentRequestsPerOwner is 0; give 1 or more.", "Mglmm:MaximumDecodingBytes is 7; give 1048576 or more."],
            (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Failures);
        using IHost limited = NewHost(services => services.AddMglmm(), ("Mglmm:BundlePath", tiny.BundleFolder), ("Mglmm:WorkspaceLimits:MaximumImages", "0"));
        Assert.StartsWith("Mglmm: ", Assert.Single((await Assert.ThrowsAsync<OptionsValidationException>(() => limited.StartAsync())).Failures));
    }

    [Fact]
    public async Task Bad_options_end_the_start_with_what_to_do()
    {
        using IHost none = NewHost(services => services.AddMglmm());
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => none.StartAsync());
        Assert.Equal("Mglmm:BundlePath is not set; give the folder of a model bundle (mglmm convert makes one from a checkpoint).", Assert.Single(exception.Failures));

        string empty = tiny.NewFolder();
        using IHost many = NewHost(
            services => services.AddMglmm(),
            ("Mglmm:BundlePath", empty),
            ("Mglmm:MaximumConcurrentRequests", "0"),
            ("Mglmm:AllowedFolders:0", "pictures"),
            ("Mglmm:AllowedFolders:1", Path.Combine(empty, "none")),
            ("Mglmm:OutputFolder", "out"),
            ("Mglmm:ConversationIdleTime", "-00:00:01"),
            ("Mglmm:LoadWait", "02:00:00"),
            ("Mglmm:MaximumResultTokens", "10"));
        string[] failures = (await Assert.ThrowsAsync<OptionsValidationException>(() => many.StartAsync())).Failures.ToArray();
        string[] expected =
        [
            $"Mglmm:BundlePath is '{empty}', which has no mglmm-bundle.json; give",
            "Mglmm:MaximumConcurrentRequests is 0; give 1 or more.",
            "Mglmm:MaximumResultTokens is 10; give 200 or more.",
            "Mglmm:ConversationIdleTime is -00:00:01; give a time above zero",
            "Mglmm:LoadWait is 02:00:00; give 00:00:00 to 01:00:00.",
            "Mglmm:AllowedFolders:0 is 'pictures'; give a full path.",
            $"Mglmm:AllowedFolders:1 is '{Path.Combine(empty, "none")}', which is no folder;",
            "Mglmm:OutputFolder is 'out'; give a full path",
        ];
        Assert.Equal(expected.Length, failures.Length);
        Assert.All(expected.Zip(failures), pair => Assert.StartsWith(pair.First, pair.Second));

        using IHost host = NewHost(services => services.AddMglmm(), ("Mglmm:BundlePath", tiny.BundleFolder), ("Mglmm:AllowedHosts:0", "http://plain.example/x"));
        Assert.StartsWith("Mglmm: ", Assert.Single((await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Failures));
    }

    [Fact]
    public async Task What_a_ready_model_says_of_itself_is_told()
    {
        ScriptedGroundingModel model = new() { Status = new ModelStatus(ModelState.Ready, "The model is ready on 3 workers.") };
        using IHost host = NewHost(services => Loading(services, (_, _) => Task.FromResult<IGroundingModel>(model)).AddHealthChecks().AddMglmm());
        await host.StartAsync();
        IVisionToolsets toolsets = host.Services.GetRequiredService<IVisionToolsets>();
        await toolsets.GetAsync("ann", "first");
        Assert.Equal(new ModelStatus(ModelState.Ready, "The model is ready on 3 workers.", model.Card.Name), toolsets.Status);
        Assert.Equal("The model is ready on 3 workers.", (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries.Values.Single().Description);
    }

    [Fact]
    public async Task Health_follows_the_model_and_never_waits_for_it()
    {
        TaskCompletionSource<IGroundingModel> gate = new();
        using IHost host = NewHost(services => Loading(services, (_, _) => gate.Task).AddHealthChecks().AddMglmm());
        HealthCheckService health = host.Services.GetRequiredService<HealthCheckService>();
        await host.StartAsync();
        IVisionToolsets toolsets = host.Services.GetRequiredService<IVisionToolsets>();
        Assert.Equal((HealthStatus.Degraded, "The model is being loaded."), await Health());
        Assert.Equal(ModelState.Loading, toolsets.Status.State);

        Task<VisionToolset> waiting = toolsets.GetAsync("ann", "first").AsTask();
        Assert.False(waiting.IsCompleted);
        gate.SetResult(tiny.LoadChanged(_ => { }));
        await waiting;
        Assert.Equal((HealthStatus.Healthy, "The model is ready."), await Health());
        Assert.Equal(new ModelStatus(ModelState.Ready, "The model is ready.", "tiny"), toolsets.Status);
        await host.StopAsync();
        Assert.Equal(HealthStatus.Unhealthy, (await Health()).Status);

        async Task<(HealthStatus Status, string?)> Health()
        {
            HealthReportEntry entry = (await health.CheckHealthAsync()).Entries["mglmm"];
            return (entry.Status, entry.Description);
        }
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_unhealthy_and_says_so_without_paths()
    {
        using IHost host = NewHost(services => Loading(services, (_, _) => throw new BundleException("The bundle '/srv/secret' is damaged.")).AddHealthChecks().AddMglmm());
        await host.StartAsync();
        IVisionToolsets toolsets = host.Services.GetRequiredService<IVisionToolsets>();
        VisionNotReadyException exception = await Assert.ThrowsAsync<VisionNotReadyException>(async () => await toolsets.GetAsync("ann", "first"));
        Assert.Null(exception.RetryAfter);
        HealthReportEntry entry = (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["mglmm"];
        Assert.Equal((HealthStatus.Unhealthy, "The model bundle cannot be used; the host's log says why."), (entry.Status, entry.Description));
        Kernel kernel = new();
        kernel.Plugins.AddMglmmVision(toolsets.FunctionsOf("ann", "first"));
        ToolError? result = (await kernel.InvokeAsync("vision", "open_image", new() { ["source"] = "photo.png" })).GetToolResult() as ToolError;
        Assert.Equal("failed", result!.Code);
        Assert.DoesNotContain("secret", result.ToJson());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_model_that_could_not_be_loaded_is_tried_again()
    {
        FakeTime time = new();
        TaskCompletionSource again = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int tries = 0;
        using IHost host = NewHost(services => Loading(services.AddSingleton<TimeProvider>(time), LoadAsync, options => options.WarmUp = false));
        await host.StartAsync();
        IVisionToolsets toolsets = host.Services.GetRequiredService<IVisionToolsets>();
        await Assert.ThrowsAsync<VisionNotReadyException>(async () => await toolsets.GetAsync("ann", "first"));
        Assert.Equal(ModelState.Failed, toolsets.Status.State);

        // Not at once: a bundle is read as a whole each time.
        time.Advance(TimeSpan.FromSeconds(9));
        await Assert.ThrowsAsync<VisionNotReadyException>(async () => await toolsets.GetAsync("ann", "first"));
        Assert.Equal(1, tries);
        time.Advance(TimeSpan.FromSeconds(1));
        await again.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await toolsets.GetAsync("ann", "first");
        Assert.Equal((ModelState.Ready, 2), (toolsets.Status.State, tries));
        await host.StopAsync();

        Task<IGroundingModel> LoadAsync(MglmmOptions options, CancellationToken cancellationToken)
        {
            if (++tries == 1)
            {
                throw new BundleException("There is no bundle on the disk that is not mounted yet.");
            }

            again.SetResult();
            return Task.FromResult<IGroundingModel>(new ScriptedGroundingModel());
        }
    }

    [Fact]
    public async Task While_the_model_is_loaded_callers_are_told_when_to_come_again()
    {
        TaskCompletionSource<IGroundingModel> gate = new();
        using IHost host = NewHost(services => Loading(services, (_, token) => gate.Task.WaitAsync(token), options => options.LoadWait = TimeSpan.Zero));
        await host.StartAsync();
        IReadOnlyList<VisionFunction> functions = host.Services.GetRequiredService<IVisionToolsets>().FunctionsOf("ann", "first");
        ToolError error = Assert.IsType<ToolError>(await functions[0].CallAsync([new("source", "photo.png")]));
        Assert.Equal(("busy", 10), (error.Code, error.RetryAfterSeconds));
        await host.StopAsync();
    }

    [Fact]
    public async Task Conversations_and_owners_do_not_see_each_others_handles()
    {
        using IHost host = NewHost(services => Loading(services, (_, _) => Task.FromResult<IGroundingModel>(tiny.LoadChanged(_ => { }))));
        await host.StartAsync();
        IVisionToolsets toolsets = host.Services.GetRequiredService<IVisionToolsets>();
        VisionToolset first = await toolsets.GetAsync("ann", "first");
        Assert.Same(first, await toolsets.GetAsync("ann", "first"));
        await OpenAsync(first, "landscape_97x61");
        await first.SegmentAndCaptionAsync("img1").As<GroundedResult>();
        foreach ((string owner, string conversation) in new[] { ("ann", "second"), ("bob", "first") })
        {
            VisionToolset other = await toolsets.GetAsync(owner, conversation);
            await other.CaptionAsync("img1").Fails("unknown_handle");
            await other.GetRegionsAsync("m1").Fails("unknown_handle");
            await other.OpenImageAsync("landscape_97x61").Fails("not_allowed");
        }

        Assert.True(toolsets.Remove("ann", "first"));
        await (await toolsets.GetAsync("ann", "first")).CaptionAsync("img1").Fails("unknown_handle");
        await host.StopAsync();
    }

    [Fact]
    public async Task Scopes_do_not_see_each_others_handles_and_take_theirs_with_them()
    {
        using IHost host = NewHost(services => Loading(services, (_, _) => Task.FromResult<IGroundingModel>(tiny.LoadChanged(_ => { }))));
        await host.StartAsync();
        VisionWorkspaces workspaces = host.Services.GetRequiredService<VisionWorkspaces>();
        using (IServiceScope first = host.Services.CreateScope())
        using (IServiceScope second = host.Services.CreateScope())
        {
            VisionScope scope = first.ServiceProvider.GetRequiredService<VisionScope>();
            Assert.Same(scope, first.ServiceProvider.GetRequiredService<VisionScope>());
            await OpenAsync(await scope.GetToolsetAsync(), "square_163x163");
            Kernel kernel = new();
            kernel.Plugins.AddMglmmVision(scope.Functions(VisionFunctionGroups.Vision));
            Assert.IsType<CaptionResult>((await kernel.InvokeAsync("vision", "caption", new() { ["image"] = "img1" })).GetToolResult());
            await (await second.ServiceProvider.GetRequiredService<VisionScope>().GetToolsetAsync()).CaptionAsync("img1").Fails("unknown_handle");
            Assert.Equal(2, workspaces.Count);
        }

        Assert.Equal(0, workspaces.Count);
        await host.StopAsync();
    }

    [Fact]
    public async Task Open_scopes_do_not_push_each_other_out()
    {
        using IHost host = NewHost(services => Loading(services, (_, _) => Task.FromResult<IGroundingModel>(tiny.LoadChanged(_ => { }))));
        await host.StartAsync();
        IServiceScope[] scopes = Enumerable.Range(0, new VisionWorkspacesOptions().MaximumPerOwner + 1).Select(_ => host.Services.CreateScope()).ToArray();
        foreach (IServiceScope? scope in scopes)
        {
            await scope.ServiceProvider.GetRequiredService<VisionScope>().GetToolsetAsync();
        }

        Assert.Equal(scopes.Length, host.Services.GetRequiredService<VisionWorkspaces>().Count);
        Assert.All(scopes, scope => scope.Dispose());
        await host.StopAsync();
    }

    [Fact]
    public async Task A_saved_conversation_goes_on_in_another_host()
    {
        string folder = tiny.NewFolder();
        using (IHost before = NewHost(services => Loading(services, (_, _) => Task.FromResult<IGroundingModel>(tiny.LoadChanged(_ => { })))))
        {
            await before.StartAsync();
            VisionToolset toolset = await before.Services.GetRequiredService<IVisionToolsets>().GetAsync("ann", "first");
            await OpenAsync(toolset, "landscape_97x61");
            await toolset.Workspace.SaveAsync(folder);
            await before.StopAsync();
        }

        using IHost after = NewHost(services => Loading(services, (_, _) => Task.FromResult<IGroundingModel>(tiny.LoadChanged(_ => { }))));
        await after.StartAsync();
        IVisionToolsets toolsets = after.Services.GetRequiredService<IVisionToolsets>();
        Assert.True(after.Services.GetRequiredService<VisionWorkspaces>().TryAdd(await VisionWorkspace.LoadAsync(folder)));
        Assert.IsType<CaptionResult>(await (await toolsets.GetAsync("ann", "first")).CaptionAsync("img1"));
        await after.StopAsync();
    }

    [Fact]
    public async Task Names_that_no_workspace_takes_are_refused_at_once()
    {
        using IHost host = NewHost(services => Loading(services, (_, _) => Task.FromResult<IGroundingModel>(tiny.LoadChanged(_ => { }))));
        IVisionToolsets toolsets = host.Services.GetRequiredService<IVisionToolsets>();
        Assert.Throws<ArgumentException>(() => toolsets.FunctionsOf(new string('a', 201), "first"));
        Assert.Throws<ArgumentException>(() => toolsets.FunctionsOf("ann", "a\u0007"));
        await host.StopAsync();
    }

    [Fact]
    public async Task Shutting_down_while_the_model_is_loaded_is_clean()
    {
        TaskCompletionSource started = new();
        IHost host = NewHost(services => Loading(services, async (_, token) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException("It was not told to stop.");
        }));
        await host.StartAsync();
        await started.Task;
        IVisionToolsets toolsets = host.Services.GetRequiredService<IVisionToolsets>();
        Task<VisionToolset> waiting = toolsets.GetAsync("ann", "first").AsTask();
        await host.StopAsync();
        Assert.Equal("The application is shutting down.", (await Assert.ThrowsAsync<VisionNotReadyException>(() => waiting)).Message);
        Assert.Equal(ModelState.Stopped, toolsets.Status.State);
        await ((IAsyncDisposable)host).DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_model_that_comes_too_late_is_unloaded(bool synchronously)
    {
        TaskCompletionSource<IGroundingModel> gate = new();
        MglmmModel model = tiny.LoadChanged(_ => { });
        ServiceProvider services = Loading(new ServiceCollection(), (_, _) => gate.Task).BuildServiceProvider();
        Task<VisionToolset> waiting = services.GetRequiredService<IVisionToolsets>().GetAsync("ann", "first").AsTask();
        Assert.False(waiting.IsCompleted);
        if (synchronously)
        {
            services.Dispose();
            gate.SetResult(model);
        }
        else
        {
            Task disposing = services.DisposeAsync().AsTask();
            gate.SetResult(model);
            await disposing;
        }

        await Assert.ThrowsAsync<VisionNotReadyException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => model.OpenImage(OracleData.Image("square_163x163.png")).AskAsync("What?"));
    }

    [Fact]
    public async Task The_model_is_unloaded_with_the_services_and_needs_no_host()
    {
        ServiceProvider services = new ServiceCollection().AddMglmm(options =>
        {
            options.BundlePath = tiny.BundleFolder;
            options.Accelerator = Accelerator.Cpu;
        }).BuildServiceProvider();
        VisionToolset toolset = await services.GetRequiredService<IVisionToolsets>().GetAsync("ann", "first");
        await OpenAsync(toolset, "square_163x163");
        await services.DisposeAsync();
        await toolset.CaptionAsync("img1").Fails("failed");
    }

    private static async Task OpenAsync(VisionToolset toolset, string picture)
    {
        toolset.AddImage(picture, await File.ReadAllBytesAsync(OracleData.Image(picture + ".png")));
        await toolset.OpenImageAsync(picture).As<OpenedImageResult>();
    }

    private IServiceCollection Loading(IServiceCollection services, ModelFactory factory, Action<MglmmOptions>? configure = null)
    {
        services.AddSingleton(factory);
        return services.AddMglmm(options =>
        {
            options.BundlePath = tiny.BundleFolder;
            configure?.Invoke(options);
        });
    }

    private static IHost NewHost(Action<IServiceCollection> configure, params (string Key, string Value)[] settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)));
        configure(builder.Services);
        return builder.Build();
    }
}
