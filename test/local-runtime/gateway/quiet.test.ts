import { expect, it } from 'vitest';
import { call, testGateway } from './client.ts';

it('tells for how long it has heard nothing', async () => {
  let now = 1000;
  const environment = { workingDirectory: '.', print: () => undefined, notice: () => undefined, now: () => now };
  const gateway = await testGateway({ environment });
  try {
    expect(gateway.quietFor()).toBe(0);
    now = 1300;
    expect(gateway.quietFor()).toBe(300);
    expect((await call(gateway, 'GET', '/info')).status).toBe(200);
    expect(gateway.quietFor()).toBe(0);
  } finally {
    await gateway.close();
  }
});
